package io.s2stream.processor;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import io.s2stream.config.ConfigParser;
import io.s2stream.config.InvalidSettingException;
import io.s2stream.health.Health;
import io.s2stream.health.Patience;
import io.s2stream.processor.route.TopicTemplate;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.TensorType;
import io.s2stream.schemas.registry.MemorySchemaRegistry;
import io.s2stream.schemas.serde.S2AvroSerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ProcessorSerdesTest {
  private static final String SCOPE = "processor-serdes";

  /** A serializer that isn't ours: the stream's id and nothing else. */
  public static final class NameOnly implements Serializer<FeatureRecord> {
    private boolean configured;

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
      configured = !isKey && ("mock://" + SCOPE).equals(configs.get("schema.registry.url"));
    }

    @Override
    public byte[] serialize(String topic, FeatureRecord data) {
      assertThat(configured).isTrue();
      return data.getStreamId().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  @Test
  void shouldRegisterTheSchemaAtStartWithItsOwnSerializer() throws Exception {
    ProcessorSerdes serdes = serdes("", "s2.features");

    assertThat(serdes.features()).isInstanceOf(S2AvroSerializer.class);
    assertThat(MemorySchemaRegistry.ofScope(SCOPE).latest("s2.features-value").schema().getName())
        .isEqualTo("FeatureRecord");
  }

  @Test
  void shouldRegisterNothingAtStartWhenTopicsAreNotKnownYet() throws Exception {
    ProcessorSerdes serdes = serdes("", "routed.{stream}");

    assertThat(serdes.features().serialize("routed.cam", record())).startsWith(0, 0, 0, 0);
    assertThat(MemorySchemaRegistry.ofScope(SCOPE).latest("routed.cam-value")).isNotNull();
  }

  @Test
  void shouldUseTheSerializerThatIsNamed() throws Exception {
    ProcessorSerdes serdes =
        serdes("producer: {value.serializer: '" + NameOnly.class.getName() + "'}", "s2.features");

    assertThat(serdes.features().serialize("s2.features", record()))
        .isEqualTo("cam".getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  @Test
  void shouldSayWhereToFindASerializerThatIsNotThere() {
    assertThatThrownBy(
            () ->
                serdes(
                    "producer: {value.serializer: io.confluent.kafka.serializers.KafkaAvroSerializer}",
                    "s2.features"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("kafka.producer.value.serializer")
        .hasMessageContaining("profile confluent");
  }

  private static ProcessorSerdes serdes(String kafka, String topic) throws Exception {
    ProcessorConfig config =
        ConfigParser.parse(
            """
            kafka: {bootstrap.servers: "none:1", schema.registry.url: "mock://%s", %s}
            tower: {model-dir: none}
            """
                .formatted(SCOPE, kafka),
            "test",
            ProcessorConfig.class,
            Map.of());
    return ProcessorSerdes.of(
        config,
        TopicTemplate.of(topic, Pattern.compile("(.*)"), "vit"),
        new Health(),
        new Patience(null));
  }

  private static FeatureRecord record() {
    return FeatureRecord.newBuilder()
        .setStreamId("cam")
        .setFirstFrameIndex(0)
        .setFrames(List.of())
        .setShape(List.of(0, 1, 1))
        .setGrid(List.of(1, 1))
        .setDtype(TensorType.FLOAT16)
        .setImageSizes(List.of())
        .setTower("vit")
        .setTowerSha256("0")
        .setProcessorVersion("1")
        .setData(ByteBuffer.allocate(0))
        .build();
  }
}
