package io.s2stream.schemas.contract;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * FULL_TRANSITIVE: every released version reads what this one writes, and the other way round. A
 * release adds its schemas as {@code released/VERSION}; those files never change afterwards.
 */
class SchemaCompatibilityTest {
  private final Map<String, Schema> current = Avsc.in(Avsc.CURRENT);

  static List<Path> released() {
    return Avsc.released().toList();
  }

  @ParameterizedTest
  @MethodSource("released")
  void shouldReadAndBeReadByEveryReleasedVersionWhenSchemasChange(Path released) {
    Map<String, Schema> old = Avsc.in(released);

    assertThat(old).isNotEmpty();
    assertThat(current)
        .as("no record may go away")
        .containsKeys(old.keySet().toArray(String[]::new));
    old.forEach(
        (name, schema) ->
            assertThat(breaks(current.get(name), schema)).as("%s %s", released, name).isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a required field is added | \"fields\":[ | \"fields\":[{\"name\":\"x\",\"type\":\"int\"},",
        "a field is renamed | \"name\":\"first_frame_index\" | \"name\":\"first_index\"",
        "a type is narrowed | \"name\":\"shape\",\"type\":{\"type\":\"array\",\"items\":\"int\" | \"name\":\"shape\",\"type\":{\"type\":\"array\",\"items\":\"boolean\"",
        "a type is widened | \"name\":\"prefix_tokens\",\"type\":\"int\" | \"name\":\"prefix_tokens\",\"type\":\"long\"",
        "the record is renamed | \"name\":\"FeatureRecord\" | \"name\":\"Features\""
      })
  void shouldFindABreakWhen(String change, String from, String to) {
    String json = current.get("io.s2stream.schemas.FeatureRecord").toString();
    assertThat(json).as(change).contains(from);
    Schema changed =
        new Schema.Parser()
            .parse(json.replaceFirst(Pattern.quote(from), Matcher.quoteReplacement(to)));

    assertThat(breaks(changed, current.get("io.s2stream.schemas.FeatureRecord")))
        .as(change)
        .isNotEmpty();
  }

  @Test
  void shouldFindNoBreakWhenAFieldWithADefaultIsAdded() {
    Schema schema = current.get("io.s2stream.schemas.FrameBatch");
    Schema changed =
        new Schema.Parser()
            .parse(
                schema
                    .toString()
                    .replaceFirst(
                        "\"fields\":\\[",
                        "\"fields\":[{\"name\":\"x\",\"type\":\"int\",\"default\":0},"));

    assertThat(breaks(changed, schema)).isEmpty();
  }

  private static List<Incompatibility> breaks(Schema a, Schema b) {
    return Stream.concat(unreadable(a, b).stream(), unreadable(b, a).stream()).toList();
  }

  private static List<Incompatibility> unreadable(Schema reader, Schema writer) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
        .getResult()
        .getIncompatibilities();
  }
}
