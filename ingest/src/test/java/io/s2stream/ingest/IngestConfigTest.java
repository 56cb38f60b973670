package io.s2stream.ingest;

import java.time.Duration;
import java.util.Map;

import io.s2stream.config.ByteSize;
import io.s2stream.config.ConfigException;
import io.s2stream.config.ConfigParser;
import io.s2stream.config.EffectiveConfig;
import io.s2stream.config.Problem;
import io.s2stream.ingest.EncodingSettings.Format;
import io.s2stream.ingest.publish.ProducerSettings;
import io.s2stream.ingest.source.ImageSize;
import io.s2stream.ingest.source.LiveMode;
import io.s2stream.ingest.source.UntaggedColour;
import io.s2stream.schemas.serde.S2AvroSerializer;
import io.s2stream.schemas.topics.TopicCreation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

class IngestConfigTest {

  private static final String SHORTEST =
      """
      kafka: {bootstrap.servers: "broker:9092"}
      image-size: [448]
      streams:
        - {id: street, uri: street.mp4}
      """;

  @Test
  void shouldHaveTheseDefaultsWhenOnlyTheRequiredIsGiven() throws Exception {
    IngestConfig config = parse(SHORTEST);

    assertThat(config.framesTopic()).isEqualTo("s2.frames");
    assertThat(config.topics()).isEqualTo(new TopicCreation(true, 12, -1));
    assertThat(config.frameSize()).isEqualTo(new ImageSize(448, 448));
    assertThat(config.encoding()).isEqualTo(new EncodingSettings(Format.RAW, 2));
    assertThat(config.framesPerRecord()).isEqualTo(1);
    assertThat(config.sampling()).isEqualTo(new SamplingSettings(2));
    assertThat(config.untaggedColour()).isEqualTo(UntaggedColour.AUTO);
    assertThat(config.maxInFlight()).isEqualTo(ByteSize.ofMebibytes(64));
    assertThat(config.stallTimeout()).isEqualTo(Duration.ofSeconds(15));
    assertThat(config.streams().get(0).fps()).isNull();
    assertThat(config.streams().get(0).live()).isEqualTo(LiveMode.AUTO);
    assertThat(config.streams().get(0).libavOptions()).isEmpty();
  }

  @Test
  void shouldReadEverySettingWhenGiven() throws Exception {
    IngestConfig config =
        parse(
            """
            kafka: {bootstrap.servers: "broker:9092"}
            frames-topic: frames
            topics: {create: false, partitions: 6, replication-factor: 3}
            image-size: [378, 504]
            encoding: {format: jpeg, jpeg-qscale: 3}
            frames-per-record: 8
            sampling: {fps: 0.5}
            untagged-colour: bt709
            max-in-flight: 16MiB
            stall-timeout: 5s
            streams:
              - {id: a, uri: "rtsp://cam/1", fps: 12.5, options: [rtsp_transport=tcp, x=a=b]}
              - {id: b, uri: b.mp4, live: false}
            """);

    assertThat(config.streams().get(1).live()).isEqualTo(LiveMode.FALSE);
    assertThat(config.frameSize()).isEqualTo(new ImageSize(378, 504));
    assertThat(config.encoding()).isEqualTo(new EncodingSettings(Format.JPEG, 3));
    assertThat(config.streams()).hasSize(2);
    assertThat(config.streams().get(0).fps()).isEqualTo(12.5);
    assertThat(config.streams().get(0).libavOptions())
        .isEqualTo(Map.of("rtsp_transport", "tcp", "x", "a=b"));
    assertThat(config.framesTopicSpec().recordBytes()).isGreaterThan(8L * 3 * 378 * 504);
    assertThat(config.framesTopicSpec().create()).isFalse();
  }

  @Test
  void shouldReportEveryProblemWithItsPath() {
    assertThatThrownBy(
            () ->
                parse(
                    """
                    kafka: {bootstrap.servers: "broker:9092"}
                    image-sise: [448]
                    image-size: [448]
                    encoding: {jpeg-qscale: 40}
                    sampling: {fps: 0}
                    topics: {partitions: 0}
                    streams:
                      - {id: "a b", uri: x.mp4, fps: -1, options: [tcp]}
                    """))
        .asInstanceOf(type(ConfigException.class))
        .satisfies(
            e ->
                assertThat(e.problems())
                    .extracting(Problem::path)
                    .containsExactlyInAnyOrder(
                        "image-sise",
                        "encoding.jpeg-qscale",
                        "sampling.fps",
                        "topics.partitions",
                        "streams[0].id",
                        "streams[0].fps",
                        "streams[0].options[0]"));
  }

  @Test
  void shouldReportProblemsAmongSettings() {
    assertThatThrownBy(
            () ->
                parse(
                    """
                    kafka: {bootstrap.servers: "broker:9092"}
                    image-size: [8192, 8192]
                    frames-per-record: 100
                    stall-timeout: 0s
                    streams:
                      - {id: a, uri: x.mp4}
                      - {id: a, uri: y.mp4}
                    """))
        .asInstanceOf(type(ConfigException.class))
        .satisfies(
            e ->
                assertThat(e.problems())
                    .extracting(Problem::path)
                    .containsExactlyInAnyOrder(
                        "frames-per-record", "stall-timeout", "streams[1].id"));
  }

  @Test
  void shouldNotShowSecretsWhenPrinted() throws Exception {
    // given secrets in every place
    IngestConfig config =
        parse(
            """
            kafka: {bootstrap.servers: "broker:9092"}
            image-size: [448]
            streams:
              - {id: a, uri: "rtsp://user:hunter2 a/b?c@cam/1", options: [rtsp_transport=tcp]}
              - id: b
                uri: "https://hunter2@h/v.m3u8?token=hunter2"
                options: ["headers=Authorization: Bearer hunter2", "password=hunter2"]
            """);

    String printed = EffectiveConfig.render(config);

    assertThat(printed)
        .doesNotContain("hunter2")
        .contains("rtsp://***@cam/1", "https://***@h/v.m3u8?token=***", "rtsp_transport=tcp")
        .contains("headers=***");
    assertThat(config.toString()).doesNotContain("hunter2").contains("rtsp_transport=tcp");
  }

  @Test
  void shouldNotRepeatOptionsThatItRefuses() {
    assertThatThrownBy(
            () ->
                parse(
                    SHORTEST.replace(
                        "uri: street.mp4",
                        "uri: street.mp4, options: [hunter2, a=hunter2, a=1, =hunter2]")))
        .asInstanceOf(type(ConfigException.class))
        .satisfies(
            e -> {
              assertThat(e).hasMessageNotContaining("hunter2");
              assertThat(e.problems())
                  .extracting(Problem::path)
                  .containsExactlyInAnyOrder(
                      "streams[0].options[0]", "streams[0].options[2]", "streams[0].options[3]");
            });
  }

  @Test
  void shouldRefuseAFileThatIsSaidToBeLive() {
    assertThatThrownBy(() -> parse(SHORTEST.replace("street.mp4", "street.mp4, live: true")))
        .hasMessageContaining("streams[0].live");
  }

  @Test
  void shouldRefuseAStallTimeoutThatIsAsGoodAsNone() {
    assertThatThrownBy(() -> parse(SHORTEST + "stall-timeout: 300000d\n"))
        .hasMessageContaining("stall-timeout")
        .hasMessageContaining("at most 1h");
  }

  @Test
  void shouldRefuseImpossibleImageSizes() {
    for (String size : new String[] {"[]", "[0]", "[1, 2, 3]", "[448, 9000]"}) {
      assertThatThrownBy(() -> parse(SHORTEST.replace("[448]", size)))
          .as(size)
          .hasMessageContaining("image-size");
    }
  }

  @Test
  void shouldLetTheKafkaSectionOverrideTheProducersDefaults() throws Exception {
    IngestConfig config =
        parse(
            SHORTEST.replace(
                "bootstrap.servers: \"broker:9092\"",
                "bootstrap.servers: \"broker:9092\", producer.compression.type: zstd,"
                    + " producer.value.serializer: my.Serializer"));

    Map<String, Object> plain = ProducerSettings.of(parse(SHORTEST).kafka(), 5_000_000, 1_000_000);
    Map<String, Object> overridden = ProducerSettings.of(config.kafka(), 5_000_000, 64_000_000);

    assertThat(plain)
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", true)
        .containsEntry("compression.type", "none")
        .containsEntry("max.request.size", 5_000_000)
        .containsEntry("buffer.memory", 10_000_000L)
        .containsEntry("value.serializer", S2AvroSerializer.class);
    assertThat(overridden)
        .containsEntry("compression.type", "zstd")
        .containsEntry("value.serializer", "my.Serializer")
        .containsEntry("buffer.memory", 64_000_000L);
  }

  private static IngestConfig parse(String yaml) throws ConfigException {
    return ConfigParser.parse(yaml, "test", IngestConfig.class, Map.of());
  }
}
