package io.s2stream.helm;

import java.nio.file.Files;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the chart's generated files, and a whole rendering, equal to what they are made from.
 * {@code mvn test -pl helm -am -Ddocs.update} writes them anew.
 */
// The rendering comes last, as it is checked against the schema.
@TestMethodOrder(MethodOrderer.MethodName.class)
class GeneratedFilesTest {
  private static final Path VALUES = Chart.FOLDER.resolve("values.yaml");

  @Test
  void shouldHaveASchemaOfItsValues() throws Exception {
    JsonNode values = new YAMLMapper().readTree(VALUES.toFile());
    String schema =
        JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build()
            .writeValueAsString(ValuesSchema.of(values));

    check(Chart.FOLDER.resolve("values.schema.json"), schema + "\n");
  }

  @Test
  void shouldDescribeEveryValue() throws Exception {
    String head = Files.readString(Path.of("src/test/resources/README-head.md"));

    check(
        Chart.FOLDER.resolve("README.md"),
        head + "\n## Values\n\n" + ValuesTable.of(Files.readAllLines(VALUES)));
  }

  /** A change of a template shows in review as a change of what it makes. */
  @Test
  void shouldRenderAsReviewed() throws Exception {
    check(Path.of("src/test/resources/golden.yaml"), Chart.render("{}").text());
  }

  private static void check(Path file, String expected) throws Exception {
    if (System.getProperty("docs.update") != null) {
      Files.writeString(file, expected);
    }
    assertThat(file).content().isEqualTo(expected);
  }
}
