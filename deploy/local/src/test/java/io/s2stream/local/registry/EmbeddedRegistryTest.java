package io.s2stream.local.registry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.PixelEncoding;
import io.s2stream.schemas.registry.RegistryRefusedException;
import io.s2stream.schemas.registry.RegistryUnavailableException;
import io.s2stream.schemas.registry.RestSchemaRegistry;
import io.s2stream.schemas.registry.SchemaNotFoundException;
import io.s2stream.schemas.registry.SchemaRegistry;
import io.s2stream.schemas.serde.S2AvroDeserializer;
import io.s2stream.schemas.serde.S2AvroSerializer;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What clients see: the project's own client and serde against the registry over HTTP. */
class EmbeddedRegistryTest {
  private static final Schema V1 = SchemaBuilder.record("R").fields().requiredInt("a").endRecord();
  private static final Schema V2 =
      SchemaBuilder.record("R").fields().requiredInt("a").optionalInt("b").endRecord();
  private static final Schema BREAKING =
      SchemaBuilder.record("R").fields().requiredInt("a").requiredInt("c").endRecord();

  private EmbeddedRegistry registry;
  private SchemaRegistry client;

  @BeforeEach
  void start() throws IOException {
    registry = EmbeddedRegistry.start();
    client = new RestSchemaRegistry(configs());
  }

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void shouldListenOnLoopbackOnlyWhenStarted() throws IOException {
    URI url = URI.create(registry.url());

    assertThat(InetAddress.getByName(url.getHost()).isLoopbackAddress()).isTrue();
    assertThat(url.getPort()).isPositive();
  }

  @Test
  void shouldGiveTheSameIdWhenTheSameSchemaIsRegisteredAgainOrUnderAnotherSubject() {
    int id = client.register("a-value", V1);

    assertThat(client.register("a-value", V1)).isEqualTo(id);
    assertThat(client.register("b/ü value", V1)).isEqualTo(id);
    assertThat(client.register("a-value", V2)).isNotEqualTo(id);
    assertThat(client.lookup("b/ü value", V1)).isEqualTo(id);
    assertThat(client.schema(id)).isEqualTo(V1);
  }

  @Test
  void shouldGiveTheSameIdWhenManyClientsRegisterAtOnce() {
    Set<Integer> ids = ConcurrentHashMap.newKeySet();

    IntStream.range(0, 40)
        .parallel()
        .forEach(i -> ids.add(new RestSchemaRegistry(configs()).register("s" + i % 3, V1)));

    assertThat(ids).hasSize(1);
  }

  @Test
  void shouldReportNotFoundWhenSubjectSchemaOrIdIsUnknown() {
    client.register("a-value", V1);

    assertThatThrownBy(() -> client.lookup("none", V1))
        .isInstanceOf(SchemaNotFoundException.class)
        .hasMessageContaining("Subject 'none' not found");
    assertThatThrownBy(() -> client.lookup("a-value", V2))
        .isInstanceOf(SchemaNotFoundException.class);
    assertThatThrownBy(() -> client.schema(2)).isInstanceOf(SchemaNotFoundException.class);
  }

  @Test
  void shouldRefuseASchemaThatCannotReadTheLatestVersionWhenLevelIsTheDefault() {
    client.register("a-value", V1);

    assertThatThrownBy(() -> client.register("a-value", BREAKING))
        .isInstanceOfSatisfying(
            RegistryRefusedException.class, e -> assertThat(e.httpStatus()).isEqualTo(409))
        .hasMessageContaining("a-value")
        .hasMessageContaining("READER_FIELD_MISSING_DEFAULT_VALUE");
    assertThat(client.register("b-value", BREAKING)).as("another subject").isPositive();
  }

  @Test
  void shouldCarryRecordsWhenSerdesAreConfiguredWithItsUrl() {
    try (S2AvroSerializer serializer = new S2AvroSerializer();
        S2AvroDeserializer<FrameBatch> deserializer = new S2AvroDeserializer<>(FrameBatch.class)) {
      serializer.configure(configs(), false);
      deserializer.configure(configs(), false);
      FrameBatch batch =
          FrameBatch.newBuilder()
              .setStreamId("cam")
              .setFirstFrameIndex(9)
              .setWidth(0)
              .setHeight(0)
              .setEncoding(PixelEncoding.JPEG)
              .setFrames(List.of())
              .setEndOfStream(true)
              .build();

      byte[] message = serializer.serialize("s2.frames", batch);

      assertThat(deserializer.deserialize("s2.frames", message)).isEqualTo(batch);
      byte[] unknownId = ByteBuffer.wrap(message.clone()).putInt(1, 99).array();
      assertThatThrownBy(() -> deserializer.deserialize("s2.frames", unknownId))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("schema id 99");
    }
  }

  @Test
  void shouldNotBeReachableWhenClosed() {
    registry.close();

    assertThatThrownBy(() -> client.schema(1)).isInstanceOf(RegistryUnavailableException.class);
  }

  private Map<String, ?> configs() {
    return Map.of("schema.registry.url", registry.url(), "max.retries", 0);
  }
}
