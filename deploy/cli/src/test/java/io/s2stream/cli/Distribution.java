package io.s2stream.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where the build has put the distribution that the tests run. */
final class Distribution {
  private Distribution() {}

  /** The launcher, absolute. */
  static Path s2() {
    return home().resolve("bin/s2");
  }

  /** The demo tower's model directory, absolute. */
  static Path demoTower() {
    return home().resolve("models/demo-vit");
  }

  /** Its folder, absolute. */
  static Path home() {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      return files
          .filter(path -> Files.isExecutable(path.resolve("bin/s2")))
          .findFirst()
          .orElseThrow(
              () -> new IllegalStateException("no distribution in target/; run mvn package first"))
          .toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
