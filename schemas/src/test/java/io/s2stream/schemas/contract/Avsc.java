package io.s2stream.schemas.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.apache.avro.Schema;

/** Reads schema files of the module's source tree. */
final class Avsc {
  static final Path CURRENT = Path.of("src/main/avro");
  static final Path RELEASED = Path.of("src/test/resources/released");

  private Avsc() {}

  /** Full name → schema of every .avsc in a folder. */
  static Map<String, Schema> in(Path folder) {
    Map<String, Schema> schemas = new TreeMap<>();
    for (Path file : list(folder).filter(f -> f.toString().endsWith(".avsc")).toList()) {
      try {
        Schema schema = new Schema.Parser().parse(file.toFile());
        schemas.put(schema.getFullName(), schema);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return schemas;
  }

  /** One folder per released version. */
  static Stream<Path> released() {
    return list(RELEASED).filter(Files::isDirectory).sorted();
  }

  private static Stream<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
