package io.s2stream.processor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import io.s2stream.config.ConfigException;
import io.s2stream.config.ConfigParser;
import io.s2stream.processor.extract.FeatureLayout;
import io.s2stream.processor.extract.PoolConfig;
import io.s2stream.processor.memory.MemoryBudget;
import io.s2stream.schemas.TensorType;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ProcessorConfigTest {
  private static final MemoryBudget MEMORY =
      MemoryBudget.of(
          1L << 30, new MemoryBudget.Demand(1 << 20, 1 << 20, 1 << 20, 1 << 20, 12, 1), 32);

  private static final String MINIMAL =
      """
      kafka:
        bootstrap.servers: broker:9092
        schema.registry.url: http://registry:8081
      tower:
        model-dir: /models/vit
      """;

  @Test
  void shouldHaveADefaultForAllButBrokerRegistryAndModel() throws Exception {
    // when
    ProcessorConfig config = parse(MINIMAL);

    // then
    assertThat(config.applicationId()).isEqualTo("s2-processor");
    assertThat(config.guarantee()).isEqualTo(Guarantee.EXACTLY_ONCE);
    assertThat(config.framesTopic()).isEqualTo("s2.frames");
    assertThat(config.featuresTopic()).isEqualTo("s2.features");
    assertThat(config.deadLetterTopic()).isEqualTo("s2.frames.dlq");
    assertThat(config.topics().create()).isTrue();
    assertThat(config.topics().partitions()).isEqualTo(12);
    assertThat(config.tower().modelDir()).isEqualTo(Path.of("/models/vit"));
    assertThat(config.tower().device()).isEqualTo("cpu");
    assertThat(config.s2().scales()).isEqualTo(List.of(1.0, 2.0));
    assertThat(config.s2().splitForward()).isTrue();
    assertThat(config.dtype()).isEqualTo(Dtype.FLOAT16);
    assertThat(config.pool()).isEqualTo(PoolConfig.NONE);
    assertThat(config.batch().maxFrames()).isEqualTo(8);
    assertThat(config.batch().maxLinger()).isEqualTo(Duration.ofMillis(5));
    assertThat(config.maxFramesPerRecord()).isEqualTo(8);
    assertThat(config.maxRecordsInFlight()).isEqualTo(32);
    assertThat(config.forwardTimeout()).isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void shouldReportAllProblemsAtOnce() {
    assertThatThrownBy(
            () ->
                parse(
                    """
                    kafka:
                      bootstrap.servers: broker:9092
                      streams: {processing.guarantee: at_least_once}
                    gaurantee: exactly-once
                    dtype: float64
                    batch:
                      max-frames: 0
                    """))
        .isInstanceOf(ConfigException.class)
        .message()
        .contains(
            "gaurantee",
            "did you mean 'guarantee'",
            "dtype",
            "batch",
            "max-frames",
            "tower.model-dir");
  }

  @Test
  void shouldRefuseTypesThatAreNotOffered() {
    assertThatThrownBy(() -> parse(MINIMAL + "dtype: int4\n"))
        .hasMessageContaining("float16")
        .hasMessageContaining("float32");
  }

  @Test
  void shouldRefuseBlocksThatNoFrameBatchCanFill() throws Exception {
    assertThat(parse(MINIMAL + "pool: {t: 8, h: 2, w: 2}\n").pool())
        .isEqualTo(new PoolConfig(8, 2, 2));
    assertThatThrownBy(() -> parse(MINIMAL + "pool: {t: 9}\n"))
        .hasMessageContaining("pool.t")
        .hasMessageContaining("max-frames-per-record");
    assertThatThrownBy(() -> parse(MINIMAL + "pool: {h: 0}\n")).hasMessageContaining("pool.h");
  }

  @Test
  void shouldRefuseDeadLettersThatWouldBeReadAgain() {
    assertThatThrownBy(() -> parse(MINIMAL + "dead-letter-topic: s2.frames\n"))
        .hasMessageContaining("dead-letter-topic")
        .hasMessageContaining("without end");
  }

  @Test
  void shouldMakeLimitsForWhatIsLeftAfterPooling() {
    FeatureLayout pooled =
        new FeatureLayout(
            4, 8, 2, 2, 0, TensorType.FLOAT16, List.of(new int[] {2, 2}), new PoolConfig(3, 1, 1));

    RecordSizes sizes = RecordSizes.of(8, pooled);

    // Of eight frames three entries are left, of 4 tokens of 8 channels.
    int overhead = sizes.frames() - 8 * 12;
    assertThat(sizes.features() - overhead).isEqualTo(3 * 4 * 8 * 2);
  }

  @Test
  void shouldHaveAsManyRequestsUnderWayAsTheBrokersKeepInOrder() throws Exception {
    for (String guarantee : List.of("at-least-once", "exactly-once")) {
      assertThat(
              StreamsProperties.of(
                  parse(MINIMAL + "guarantee: " + guarantee + "\n"), 1_000_000, 5_000_000, MEMORY))
          .containsEntry("producer.max.in.flight.requests.per.connection", 5);
    }
  }

  @Test
  void shouldNotLetABrokerHoldRequestsForQuietPartitionsAsLongAsKafkasClientsDo() throws Exception {
    assertThat(StreamsProperties.of(parse(MINIMAL), 1_000_000, 5_000_000, MEMORY))
        .containsEntry("consumer.fetch.max.wait.ms", 50);
  }

  @Test
  void shouldMakeTheProducersBuffersForTheUsualMessageIfThereAreSeveral() throws Exception {
    ProcessorConfig config = parse(MINIMAL);
    int few = (int) MEMORY.producerBufferBytes() / 3;

    assertThat(StreamsProperties.of(config, 1_000_000, 5_000_000, MEMORY))
        .containsEntry("producer.batch.size", 1_000_000);
    assertThat(StreamsProperties.of(config, few, 5_000_000 + few, MEMORY))
        .doesNotContainKey("producer.batch.size");
  }

  @Test
  void shouldBeANamedMemberWhereTheGroupKnowsNames() throws Exception {
    ProcessorConfig config = parse(MINIMAL + "instance-name: pod-3\n");
    ProcessorConfig streams =
        parse(
            MINIMAL.replace("tower:", "  streams: {group.protocol: streams}\ntower:")
                + "instance-name: pod-3\n");

    assertThat(StreamsProperties.of(config, 1_000_000, 5_000_000, MEMORY))
        .containsEntry("consumer.group.instance.id", "pod-3");
    assertThat(StreamsProperties.of(streams, 1_000_000, 5_000_000, MEMORY))
        .doesNotContainKey("consumer.group.instance.id");
    assertThatThrownBy(() -> parse(MINIMAL + "instance-name: 'pod 3'\n"))
        .hasMessageContaining("instance-name");
  }

  @Test
  void shouldLetTheOperatorsKafkaPropertiesWinOverOurs() throws Exception {
    // given
    ProcessorConfig config =
        parse(
            MINIMAL.replace(
                "tower:", "  streams:\n    poll.ms: 50\n  producer:\n    linger.ms: 7\ntower:"));

    // when
    Properties properties = StreamsProperties.of(config, 1_000_000, 5_000_000, MEMORY);

    // then
    assertThat(properties)
        .containsEntry("poll.ms", "50")
        .containsEntry("producer.linger.ms", "7")
        .containsEntry("producer.max.request.size", 5_000_000)
        .containsEntry("processing.guarantee", "exactly_once_v2")
        .containsEntry("application.id", "s2-processor");
  }

  @Test
  void shouldNameWhatTheGuaranteesRestOn() {
    assertThatThrownBy(
            () ->
                parse(
                    """
                    kafka:
                      bootstrap.servers: broker:9092
                      streams: {processing.guarantee: at_least_once}
                    tower:
                      model-dir: /models/vit
                    """))
        .hasMessageContaining("kafka.schema.registry.url")
        .hasMessageContaining("kafka.processing.guarantee")
        .hasMessageContaining("use guarantee");
  }

  @Test
  void shouldLetAPropertyForAllClientsWinOverADefaultForOne() throws Exception {
    // given
    ProcessorConfig config =
        parse(MINIMAL.replace("tower:", "  linger.ms: 20\n  auto.offset.reset: latest\ntower:"));

    // when
    Properties properties = StreamsProperties.of(config, 1_000_000, 5_000_000, MEMORY);

    // then
    assertThat(properties)
        .containsEntry("linger.ms", "20")
        .containsEntry("auto.offset.reset", "latest")
        .doesNotContainKeys("producer.linger.ms", "consumer.auto.offset.reset");
  }

  private static ProcessorConfig parse(String yaml) throws ConfigException {
    return ConfigParser.parse(yaml, "test", ProcessorConfig.class, Map.of());
  }
}
