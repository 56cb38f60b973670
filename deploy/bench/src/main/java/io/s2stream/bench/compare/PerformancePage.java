package io.s2stream.bench.compare;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import com.sun.management.OperatingSystemMXBean;

/** The part of {@code docs/performance.md} that {@code s2 bench} writes. */
public final class PerformancePage {
  private static final String BEGIN = "<!-- begin of what s2 bench wrote -->";
  private static final String END = "<!-- end of what s2 bench wrote -->";

  private PerformancePage() {}

  /**
   * Puts a text between the page's marks and keeps all else; a file that isn't there is made.
   *
   * @throws IOException when the page has no marks, or can't be written
   */
  public static void write(Path page, String text) throws IOException {
    String old = Files.exists(page) ? Files.readString(page) : BEGIN + "\n" + END + "\n";
    int begin = old.indexOf(BEGIN);
    int end = old.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IOException(
          "%s has no place for the table: add the lines '%s' and '%s'".formatted(page, BEGIN, END));
    }
    Files.writeString(
        page,
        old.substring(0, begin + BEGIN.length()) + "\n" + text.strip() + "\n" + old.substring(end));
  }

  /** Machine, day and Java, as a sentence. */
  public static String machine() throws IOException {
    Path cpuInfo = Path.of("/proc/cpuinfo");
    String processor =
        (Files.isReadable(cpuInfo) ? Files.readAllLines(cpuInfo) : List.<String>of())
            .stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return "%d × %s, %d GB, %s %s, Java %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            processor,
            Math.round(system.getTotalMemorySize() / 1e9),
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("java.version"));
  }
}
