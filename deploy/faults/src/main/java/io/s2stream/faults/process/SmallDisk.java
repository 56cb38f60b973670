package io.s2stream.faults.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file system of its own, in memory, that can be filled up: a disk that is full in earnest, and
 * nobody else's. Only root may mount one, and only on Linux. Not thread-safe.
 */
public final class SmallDisk implements AutoCloseable {
  private static final int BLOCK = 64 << 10;

  private final Path directory;

  private SmallDisk(Path directory) {
    this.directory = directory;
  }

  /**
   * Mounts one.
   *
   * @param directory is made
   * @throws IOException if this user or this system may not mount; says what the system answered
   */
  public static SmallDisk mount(Path directory, int megabytes)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    call("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", directory.toString());
    return new SmallDisk(directory);
  }

  /**
   * Takes all that is free but for this much.
   *
   * @param free bytes
   */
  public void fill(long free) throws IOException {
    byte[] block = new byte[BLOCK];
    try (OutputStream out =
        Files.newOutputStream(filler(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (directory.toFile().getUsableSpace() >= free + BLOCK) {
        out.write(block);
      }
    }
  }

  /** Gives back what {@link #fill} took. */
  public void clear() throws IOException {
    Files.deleteIfExists(filler());
  }

  private Path filler() {
    return directory.resolve("filler");
  }

  /** Unmounts it; what it held is gone. Whoever wrote to it must have ended. */
  @Override
  public void close() throws IOException {
    try {
      call("umount", directory.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void call(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said.strip());
    }
  }
}
