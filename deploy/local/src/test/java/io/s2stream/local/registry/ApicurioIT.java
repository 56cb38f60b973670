package io.s2stream.local.registry;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.s2stream.local.EmbeddedBroker;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.TensorType;
import io.s2stream.schemas.registry.RegistryRefusedException;
import io.s2stream.schemas.registry.RestSchemaRegistry;
import io.s2stream.schemas.registry.SchemaNotFoundException;
import io.s2stream.schemas.registry.SchemaRegistry;
import io.s2stream.schemas.serde.S2AvroDeserializer;
import io.s2stream.schemas.serde.S2AvroSerializer;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Client and serde against a registry that others have written. */
class ApicurioIT {
  private static final Schema V1 = SchemaBuilder.record("R").fields().requiredInt("a").endRecord();
  private static final Schema BREAKING =
      SchemaBuilder.record("R").fields().requiredInt("a").requiredInt("c").endRecord();

  private static Apicurio apicurio;

  @BeforeAll
  static void start() throws Exception {
    apicurio = Apicurio.start();
  }

  @AfterAll
  static void stop() {
    apicurio.close();
  }

  @Test
  void shouldReadWhatWasWrittenWhenEachSideHasItsOwnClient() {
    FeatureRecord record = record();
    byte[] message = serializer(Map.of()).serialize("round-trip", record);

    assertThat(deserializer().deserialize("round-trip", message)).isEqualTo(record);
    assertThat(serializer(Map.of()).serialize("round-trip", record))
        .as("the same id again")
        .isEqualTo(message);
  }

  @Test
  void shouldWriteUnderTheConfiguredSubjectWhenTheSchemaIsThere() {
    Map<String, String> found = Map.of("auto.register.schemas", "false");
    assertThatThrownBy(() -> serializer(found).serialize("by-hand", record()))
        .isInstanceOf(SchemaNotFoundException.class)
        .hasMessageContaining("by-hand-value")
        .hasMessageContaining(apicurio.url());

    byte[] registered =
        serializer(Map.of("value.subject.name.strategy", "RecordNameStrategy"))
            .serialize("any", record());

    Map<String, String> byRecord =
        Map.of(
            "auto.register.schemas", "false",
            "value.subject.name.strategy", "RecordNameStrategy");
    assertThat(serializer(byRecord).serialize("other", record())).isEqualTo(registered);
    Map<String, String> latest = new HashMap<>(byRecord);
    latest.put("use.latest.version", "true");
    assertThat(serializer(latest).serialize("other", record())).isEqualTo(registered);
  }

  @Test
  void shouldFindTheSchemaWhenTheRegistryNormalises() {
    SchemaRegistry normalising = client(Map.of("normalize.schemas", "true"));

    int id = normalising.register("normal", V1);

    assertThat(normalising.lookup("normal", V1)).isEqualTo(id);
    assertThat(normalising.latest("normal").schema()).isEqualTo(V1);
  }

  @Test
  void shouldBeRefusedWhenTheSchemaBreaksTheSubject() throws Exception {
    SchemaRegistry client = client(Map.of());
    client.register("strict", V1);
    assertThat(apicurio.call("PUT", "/config/strict", "{\"compatibility\":\"FULL_TRANSITIVE\"}"))
        .isEqualTo(200);

    assertThatThrownBy(() -> client.register("strict", BREAKING))
        .isInstanceOf(RegistryRefusedException.class)
        .hasMessageContaining("strict")
        .hasMessageContaining("409");
  }

  @Test
  void shouldBlameTheMessageWhenTheRegistryHasNoSuchId() {
    byte[] message = ByteBuffer.allocate(20).putInt(1, 987_654).array();

    assertThatThrownBy(() -> deserializer().deserialize("t", message))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("987654");
  }

  @Test
  void shouldGoToTheNextAddressWhenOneIsDown() throws Exception {
    String down = "http://127.0.0.1:" + EmbeddedBroker.freePort();

    int id = client(Map.of("schema.registry.url", down + "," + apicurio.url())).register("f", V1);

    assertThat(client(Map.of()).lookup("f", V1)).isEqualTo(id);
  }

  private static Map<String, String> configs(Map<String, String> more) {
    Map<String, String> configs = new HashMap<>(Map.of("schema.registry.url", apicurio.url()));
    configs.putAll(more);
    return configs;
  }

  private static SchemaRegistry client(Map<String, String> more) {
    return new RestSchemaRegistry(configs(more));
  }

  private static S2AvroSerializer serializer(Map<String, String> more) {
    S2AvroSerializer serializer = new S2AvroSerializer();
    serializer.configure(configs(more), false);
    return serializer;
  }

  private static S2AvroDeserializer<FeatureRecord> deserializer() {
    var deserializer = new S2AvroDeserializer<>(FeatureRecord.class);
    deserializer.configure(configs(Map.of()), false);
    return deserializer;
  }

  private static FeatureRecord record() {
    return FeatureRecord.newBuilder()
        .setStreamId("door")
        .setFirstFrameIndex(3)
        .setFrames(List.of(new FrameInfo(3L, 120_000L, 1_700_000_000_000_000L, false)))
        .setShape(List.of(1, 1, 2))
        .setGrid(List.of(1, 1))
        .setDtype(TensorType.INT8)
        .setImageSizes(List.of(List.of(224, 224)))
        .setTower("tower")
        .setTowerSha256("0".repeat(64))
        .setProcessorVersion("test")
        .setTokenScales(ByteBuffer.wrap(new byte[] {0, 0, 0, 1}))
        .setData(ByteBuffer.wrap(new byte[] {1, 2}))
        .build();
  }
}
