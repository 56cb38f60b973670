package io.s2stream.bench.compare;

import java.io.IOException;
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
      Process process =
          new ProcessBuilder(
                  python.toString(),
                  scripts.resolve("export_vit.py").toString(),
                  tower.modelDirectory().toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(
            said.lines().reduce("exit code " + process.exitValue(), (first, last) -> last));
      }
      return tower;
    } catch (IOException | InterruptedException | RuntimeException e) {
      tower.close();
      throw e;
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
