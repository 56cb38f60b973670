package io.s2stream.ingest;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

import io.s2stream.config.ByteSize;
import io.s2stream.config.ConfigException;
import io.s2stream.config.ConfigParser;
import io.s2stream.config.EffectiveConfig;
import io.s2stream.config.Problem;
import io.s2stream.ingest.EncodingSettings.Format;
import io.s2stream.ingest.publish.ProducerSettings;
import io.s2stream.ingest.sample.Sampling;
import io.s2stream.ingest.sample.SamplingMode;
import io.s2stream.ingest.source.Damage;
import io.s2stream.ingest.source.DecoderOptions;
import io.s2stream.ingest.source.Fit;
import io.s2stream.ingest.source.Hardware;
import io.s2stream.ingest.source.Hdr;
import io.s2stream.ingest.source.ImageSize;
import io.s2stream.ingest.source.LiveMode;
import io.s2stream.ingest.source.PictureOptions;
import io.s2stream.ingest.source.UntaggedColour;
import io.s2stream.schemas.serde.S2AvroSerializer;
import io.s2stream.schemas.topics.TopicCreation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    assertThat(config.sampling())
        .isEqualTo(new SamplingSettings(null, null, false, null, false, 0, Duration.ofSeconds(10)));
    assertThat(config.pictures().options()).isEqualTo(PictureOptions.DEFAULT);
    Hardware none = DecoderOptions.DEFAULT.hardware();
    assertThat(config.decoding().options(none)).isEqualTo(DecoderOptions.DEFAULT);
    assertThat(config.decoding().hwaccel()).isEqualTo(Hardware.Kind.NONE);
    assertThat(config.maxInFlight()).isEqualTo(ByteSize.ofMebibytes(64));
    assertThat(config.stallTimeout()).isEqualTo(Duration.ofSeconds(15));
    assertThat(config.sampling().sampling()).isEqualTo(Sampling.fps(2));
    assertThat(config.streams().get(0).sampling()).isNull();
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
            pictures: {fit: pad, untagged-colour: bt709, hdr: refuse, deinterlace: false}
            decoding: {hwaccel: auto, threads: 3, max-pixels: 2073600, max-packet: 4MiB, open-timeout: 5s, damage: show, max-successive-errors: 7}
            max-in-flight: 16MiB
            stall-timeout: 5s
            streams:
              - {id: a, uri: "rtsp://cam/1", sampling: {fps: 12.5}, options: [rtsp_transport=tcp, x=a=b]}
              - {id: b, uri: b.mp4, live: false}
            """);

    assertThat(config.streams().get(1).live()).isEqualTo(LiveMode.FALSE);
    assertThat(config.frameSize()).isEqualTo(new ImageSize(378, 504));
    assertThat(config.encoding()).isEqualTo(new EncodingSettings(Format.JPEG, 3));
    assertThat(config.pictures().options())
        .isEqualTo(new PictureOptions(Fit.PAD, UntaggedColour.BT709, Hdr.REFUSE, false));
    assertThat(config.decoding())
        .isEqualTo(
            new DecodingSettings(
                Hardware.Kind.AUTO,
                3,
                2_073_600,
                ByteSize.ofMebibytes(4),
                Duration.ofSeconds(5),
                Damage.SHOW,
                7));
    assertThat(config.streams()).hasSize(2);
    assertThat(Objects.requireNonNull(config.streams().get(0).sampling()).sampling())
        .isEqualTo(Sampling.fps(12.5));
    assertThat(config.streams().get(0).libavOptions())
        .isEqualTo(Map.of("rtsp_transport", "tcp", "x", "a=b"));
    assertThat(config.framesTopicSpec().recordBytes()).isGreaterThan(8L * 3 * 378 * 504);
    assertThat(config.framesTopicSpec().create()).isFalse();
  }

  @Test
  void shouldNameTheDevicesThereAreWhenTheOneAskedForIsUnknown() {
    assertThatThrownBy(() -> parse(SHORTEST + "decoding: {hwaccel: cudaa, threads: 17}\n"))
        .hasMessageContaining("decoding.hwaccel: ")
        .hasMessageContaining("none, auto, cuda, vaapi")
        .hasMessageContaining("did you mean 'cuda'");
    assertThatThrownBy(() -> parse(SHORTEST + "decoding: {hwaccel: none, threads: 17}\n"))
        .hasMessageContaining("decoding.threads: line 5: 17: expected 1 to 16");
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
                      - {id: "a b", uri: x.mp4, options: [tcp]}
                      - {id: c, uri: x.mp4, sampling: {fps: -1}}
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
                        "streams[1].sampling.fps",
                        "streams[0].options[0]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{fps: 2, all: true}           | sampling.all            | given together with fps",
        "{every-nth: 5, uniform: 8}    | sampling.uniform        | given together with every-nth",
        "{every-nth: 0}                | sampling.every-nth      | expected at least 1",
        "{uniform: 0}                  | sampling.uniform        | expected 1 to 1000000",
        "{uniform: 4, min-difference: 1} | sampling.min-difference | would make uniform give fewer",
        "{min-difference: 256}         | sampling.min-difference | expected 0 to 255 levels",
        "{max-gap: 0s}                 | sampling.max-gap        | expected more than 0"
      })
  void shouldRefuseSamplingThatContradictsItself(String sampling, String path, String words) {
    assertThatThrownBy(() -> parse(SHORTEST + "sampling: " + sampling + "\n"))
        .asInstanceOf(type(ConfigException.class))
        .satisfies(
            e -> {
              assertThat(e.problems()).extracting(Problem::path).containsExactly(path);
              assertThat(e).hasMessageContaining(words);
            });
  }

  @Test
  void shouldRefuseToCountTheFramesOfACamera() {
    String camera = SHORTEST.replace("street.mp4", "\"rtsp://cam/1\"");

    assertThatThrownBy(() -> parse(camera + "sampling: {uniform: 8}\n"))
        .hasMessageContaining("sampling.uniform")
        .hasMessageContaining("stream 'street' is no file");
    assertThatThrownBy(() -> parse(camera.replace("1\"}", "1\", sampling: {uniform: 8}}")))
        .hasMessageContaining("streams[0].sampling.uniform");
  }

  @Test
  void shouldTakeAStreamsOwnSamplingWhole() throws Exception {
    IngestConfig config =
        parse(
            SHORTEST.replace("street.mp4", "street.mp4, sampling: {keyframes: true}")
                + "sampling: {fps: 5, min-difference: 1.5, max-gap: 1m}\n");

    assertThat(config.sampling().sampling())
        .isEqualTo(new Sampling(new SamplingMode.Fps(5), 1.5, Duration.ofMinutes(1)));
    assertThat(Objects.requireNonNull(config.streams().get(0).sampling()).sampling())
        .isEqualTo(Sampling.of(new SamplingMode.Keyframes()));
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
        .containsEntry("max.in.flight.requests.per.connection", 1)
        .containsEntry("compression.type", "none")
        .containsEntry("max.request.size", 5_000_000)
        .containsEntry("batch.size", 5_000_000)
        .containsEntry("linger.ms", 0)
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
