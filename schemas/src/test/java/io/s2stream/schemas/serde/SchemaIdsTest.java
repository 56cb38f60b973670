package io.s2stream.schemas.serde;

import java.util.Map;

import io.s2stream.schemas.registry.MemorySchemaRegistry;
import io.s2stream.schemas.registry.SchemaNotFoundException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SchemaIdsTest {
  private static final Schema OURS =
      SchemaBuilder.record("n.R").fields().requiredInt("a").endRecord();
  private static final Map<String, String> LATEST =
      Map.of("auto.register.schemas", "false", "use.latest.version", "true");

  private final MemorySchemaRegistry registry = new MemorySchemaRegistry();

  @ParameterizedTest
  @CsvSource({
    "TopicNameStrategy, false, t-value",
    "TopicNameStrategy, true, t-key",
    "RecordNameStrategy, false, n.R",
    "TopicRecordNameStrategy, false, t-n.R",
    "io.confluent.kafka.serializers.subject.TopicRecordNameStrategy, true, t-n.R",
    "io.confluent.kafka.serializers.subject.RecordNameStrategy, true, n.R"
  })
  void shouldRegisterUnderTheStrategysSubjectWhen(String strategy, boolean isKey, String subject) {
    String setting = isKey ? "key.subject.name.strategy" : "value.subject.name.strategy";

    int id = new SchemaIds(registry, Map.of(setting, strategy), isKey).of("t", OURS);

    assertThat(registry.lookup(subject, OURS)).isEqualTo(id);
  }

  @Test
  void shouldSayWhichStrategiesThereAreWhenTheNameIsWrong() {
    assertThatThrownBy(
            () -> new SchemaIds(registry, Map.of("value.subject.name.strategy", "a.Mine"), false))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("a.Mine")
        .hasMessageContaining("TopicRecordNameStrategy");
  }

  @Test
  void shouldUseTheLatestIdWhenOnlyItsDocumentationDiffers() {
    registry.register("t-value", OURS);
    Schema documented =
        SchemaBuilder.record("n.R")
            .doc("d")
            .fields()
            .name("a")
            .doc("e")
            .type("int")
            .noDefault()
            .endRecord();
    int latest = registry.register("t-value", documented);

    assertThat(new SchemaIds(registry, LATEST, false).of("t", OURS)).isEqualTo(latest);
  }

  @Test
  void shouldRefuseToWriteWhenTheLatestLaysRecordsOutOtherwise() {
    registry.register(
        "t-value",
        SchemaBuilder.record("n.R").fields().requiredInt("a").optionalInt("b").endRecord());

    assertThatThrownBy(() -> new SchemaIds(registry, LATEST, false).of("t", OURS))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("t-value")
        .hasMessageContaining("id 1")
        .hasMessageContaining("n.R");
  }

  @Test
  void shouldNotFindTheLatestWhenTheSubjectIsNotThere() {
    assertThatThrownBy(() -> new SchemaIds(registry, LATEST, false).of("t", OURS))
        .isInstanceOf(SchemaNotFoundException.class)
        .hasMessageContaining("t-value");
  }
}
