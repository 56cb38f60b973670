package io.s2stream.meters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Memory of this process, as Linux tells it in {@code /proc/self/status} (proc(5)). */
final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ResidentMemory() {}

  /**
   * @param field such as {@code VmRSS}
   * @return bytes, or NaN where the kernel doesn't tell
   */
  static double bytes(String field) {
    try {
      return bytes(field, Files.readAllLines(STATUS));
    } catch (IOException e) {
      return Double.NaN; // no /proc
    }
  }

  /** Each line is {@code Name: 123 kB}, with kB of 1024 bytes. */
  static double bytes(String field, List<String> lines) {
    for (String line : lines) {
      if (line.startsWith(field + ":")) {
        String number = line.substring(field.length() + 1).replace("kB", "").strip();
        return 1024.0 * Long.parseLong(number);
      }
    }
    return Double.NaN;
  }
}
