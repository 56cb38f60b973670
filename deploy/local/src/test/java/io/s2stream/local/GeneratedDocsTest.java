package io.s2stream.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;

import io.s2stream.config.ConfigReference;
import io.s2stream.ingest.IngestConfig;
import io.s2stream.processor.ProcessorConfig;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.StreamPlace;
import io.s2stream.viewer.ViewerConfig;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the generated pages of {@code docs/} equal to the code. {@code mvn test -pl deploy/local
 * -am -Ddocs.update} writes them anew.
 */
class GeneratedDocsTest {
  private static final Path DOCS = Path.of("../../docs");

  @Test
  void shouldListEverySetting() throws Exception {
    check(
        "configuration.md",
        """
        # Configuration

        Generated from the configuration records; a test holds this page equal to them.

        One YAML file per service. Unknown settings, wrong types and missing settings are refused, all at once, each with
        its line.

        - A value may hold `${env:NAME}`, `${env:NAME:-default}` or `${file:/path}`; `$${` is a plain `${`.
        - Durations: a whole number with `us`, `ms`, `s`, `m`, `h` or `d`. Sizes: with `B`, `KiB`, `MiB`, `GiB` (of 1024) or
          `kB`, `MB`, `GB` (of 1000).
        - `kafka` takes any property of Kafka's clients and of the schema registry (`schema.registry.url`, `basic.auth.*`,
          `bearer.auth.*`). What stands under `producer`, `consumer`, `admin` or `streams` there holds for that client
          alone.
        - The effective configuration is printed at start, with secrets masked.

        ## Ingest: `s2 ingest --config FILE`

        """
            + ConfigReference.render(IngestConfig.class)
            + "\n## Processor: `s2 process --config FILE`\n\n"
            + ConfigReference.render(ProcessorConfig.class)
            + "\n## Viewer: `s2 viewer --config FILE`\n\n"
            + ConfigReference.render(ViewerConfig.class));
  }

  @Test
  void shouldListEveryFieldOfTheRecords() throws Exception {
    check(
        "feature-records.md",
        """
        # Feature records

        Generated from the Avro schemas in `schemas/src/main/avro`; a test holds this page equal to them.

        Every message is in Confluent's wire format: a zero byte, the schema id (4 bytes, big endian), the Avro record. The
        subject is `<topic>-value`. The key is the stream id as UTF-8 text. [Subscribing](subscribing.md) shows how to read
        them.

        """
            + fields(FeatureRecord.getClassSchema())
            + fields(FrameBatch.getClassSchema())
            + fields(StreamPlace.getClassSchema()));
  }

  /** A copy: what pip packs must lie in the package's own folder. */
  @Test
  void shouldGivePythonTheSameSchema() throws Exception {
    check(
        "../schemas/python/src/s2features/FeatureRecord.avsc",
        Files.readString(Path.of("../../schemas/src/main/avro/FeatureRecord.avsc")));
  }

  private static String fields(Schema root) {
    StringBuilder page = new StringBuilder();
    Deque<Schema> open = new ArrayDeque<>(Set.of(root));
    Set<String> seen = new LinkedHashSet<>();
    while (!open.isEmpty()) {
      Schema record = open.removeFirst();
      if (!seen.add(record.getFullName())) {
        continue;
      }
      page.append("## ")
          .append(record.getName())
          .append("\n\n")
          .append(record.getDoc())
          .append("\n\n");
      if (record.getType() == Schema.Type.ENUM) {
        continue;
      }
      page.append("| field | type | meaning |\n|---|---|---|\n");
      for (Schema.Field field : record.getFields()) {
        page.append(
            "| `%s` | %s | %s |\n"
                .formatted(field.name(), typeName(field.schema(), open), field.doc()));
      }
      page.append('\n');
    }
    return page.toString();
  }

  private static String typeName(Schema type, Deque<Schema> open) {
    return switch (type.getType()) {
      case ARRAY -> "array of " + typeName(type.getElementType(), open);
      case UNION -> typeName(type.getTypes().get(type.getTypes().size() - 1), open) + ", or null";
      case RECORD, ENUM -> {
        open.addLast(type);
        yield "[%s](#%s)"
            .formatted(type.getName(), type.getName().toLowerCase(java.util.Locale.ROOT));
      }
      default -> type.getType().getName();
    };
  }

  private static void check(String name, String expected) throws Exception {
    Path page = DOCS.resolve(name);
    if (System.getProperty("docs.update") != null) {
      Files.writeString(page, expected);
    }
    assertThat(page).content().isEqualTo(expected);
  }
}
