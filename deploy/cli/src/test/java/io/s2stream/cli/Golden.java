package io.s2stream.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** The golden cases of the processor's tests: results of the authors' own code. */
final class Golden {
  static final Path FOLDER =
      Path.of("../../processor/src/test/resources/golden").toAbsolutePath().normalize();

  private Golden() {}

  /** All cases of a kind. */
  static Stream<JsonNode> cases(String kind) throws IOException {
    JsonNode index = new ObjectMapper().readTree(FOLDER.resolve("index.json").toFile());
    return StreamSupport.stream(index.get("cases").spliterator(), false)
        .filter(golden -> golden.get("kind").asText().equals(kind));
  }

  static String file(JsonNode name) {
    return FOLDER.resolve(name.asText()).toString();
  }

  /** A case's options as a command line has them. */
  static List<String> options(JsonNode golden) {
    List<String> arguments = new ArrayList<>();
    golden
        .get("options")
        .properties()
        .forEach(
            option -> {
              arguments.add("--" + option.getKey().replace('_', '-'));
              arguments.add(text(option.getValue(), ","));
            });
    return arguments;
  }

  private static String text(JsonNode value, String separator) {
    if (value.isNull()) {
      return "none";
    }
    if (!value.isArray()) {
      return value.asText();
    }
    List<String> parts = new ArrayList<>();
    value.forEach(part -> parts.add(text(part, "x")));
    return String.join(separator, parts);
  }
}
