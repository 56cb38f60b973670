package io.s2stream.processor.tower;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

import ai.djl.Device;

/** Small towers with random weights, from the golden cases. */
public final class TestTowers {

  private TestTowers() {}

  /**
   * Loads a golden model.
   *
   * @param model file name, such as {@code vit-tiny.pt}
   */
  public static TorchTower golden(String model) throws IOException, TowerLoadException {
    // Threads that wait for each other make small tensors slow on a busy machine.
    CpuThreads.set(1);
    Path folder = Files.createTempDirectory("tower");
    try {
      copyGolden(model, folder);
      int inputSize = model.startsWith("vit") ? 32 : 0;
      int prefixTokens = model.contains("cls") ? 1 : 0;
      write(
          folder,
          "engine=PyTorch\noption.s2.inputSize="
              + inputSize
              + "\noption.s2.prefixTokens="
              + prefixTokens
              + "\n");
      return TorchTower.load(folder, Device.cpu());
    } finally {
      try (var files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }

  /** A golden model as a file alone, without properties. */
  public static Path goldenFile(String model) throws IOException {
    var url = TestTowers.class.getResource("/golden/" + model);
    if (url == null) {
      throw new IOException("no golden model " + model);
    }
    return Path.of(URI.create(url.toString()));
  }

  static void copyGolden(String model, Path folder) throws IOException {
    try (InputStream in = TestTowers.class.getResourceAsStream("/golden/" + model)) {
      if (in == null) {
        throw new IOException("no golden model " + model);
      }
      Files.copy(in, folder.resolve(model));
    }
  }

  static void write(Path folder, String properties) throws IOException {
    Files.writeString(folder.resolve("serving.properties"), properties);
  }
}
