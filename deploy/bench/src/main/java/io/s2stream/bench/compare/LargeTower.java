package io.s2stream.bench.compare;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A tower of ViT-B/16's size with random weights, which Python makes for one run: 350 MB are too
 * much to come with a distribution. Closing it deletes it.
 */
public final class LargeTower implements AutoCloseable {
  private final Path folder;

  private LargeTower(Path folder) {
    this.folder = folder;
  }

  /**
   * @param python with PyTorch
   * @param scripts folder of {@code export_vit.py}
   * @throws IOException with what Python says if it can't make the tower
   */
  public static LargeTower make(Path python, Path scripts)
      throws IOException, InterruptedException {
    LargeTower tower = new LargeTower(Files.createTempDirectory("s2-bench-tower-"));
    try {
      tower.export(python, scripts.resolve("export_vit.py"));
      return tower;
    } catch (IOException | InterruptedException | RuntimeException e) {
      try {
        tower.close();
      } catch (UncheckedIOException f) {
        e.addSuppressed(f);
      }
      throw e;
    }
  }

  private void export(Path python, Path script) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(python.toString(), script.toString(), modelDirectory().toString())
            .redirectErrorStream(true)
            .start();
    try (InputStream output = process.getInputStream()) {
      String said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code != 0) {
        throw new IOException(said.lines().reduce("exit code " + code, (first, last) -> last));
      }
    } finally {
      process.destroyForcibly().onExit().join(); // It writes to what is deleted next.
    }
  }

  /** Where the tower lies, and its name. */
  public Path modelDirectory() {
    return folder.resolve("vit-b-16");
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
