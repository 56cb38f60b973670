package io.s2stream.ingest;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.config.ConfigParser;
import io.s2stream.ingest.StreamStatus.State;
import io.s2stream.ingest.synthetic.SyntheticClip;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.PixelEncoding;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class IngestAppTest {

  private static final Serializer<Object> NO_BYTES = (topic, value) -> new byte[0];
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir private Path folder;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final MockProducer<String, Object> producer = producer(true);
  private Path clip;

  @BeforeEach
  void makeClip() {
    clip = folder.resolve("clip.mp4");
    SyntheticClip.of(64, 48, 25, Duration.ofSeconds(2)).write(clip);
  }

  @Test
  void shouldPublishAllFramesInOrderWithAnEndMarkWhenAFileIsRead() throws Exception {
    // given 2 s at 5 frames/s in records of 4
    IngestConfig config = config(stream("cam-1", clip));

    // when
    try (IngestApp app = IngestApp.start(config, meters, producer)) {
      assertThat(app.awaitFinished(LONG)).isTrue();

      // then
      assertThat(app.streams())
          .singleElement()
          .satisfies(
              status -> {
                assertThat(status.state()).isEqualTo(State.FINISHED);
                assertThat(status.live()).isFalse();
                assertThat(status.framesDecoded()).isEqualTo(50);
                assertThat(status.framesSampled()).isEqualTo(10);
                assertThat(status.framesAcknowledged()).isEqualTo(10);
                assertThat(status.progress()).isEqualTo(1);
                assertThat(status.error()).isNull();
              });
    }
    List<FrameBatch> batches = batchesOf("cam-1");
    assertThat(batches).extracting(batch -> batch.getFrames().size()).containsExactly(4, 4, 2, 0);
    assertThat(batches).extracting(FrameBatch::getFirstFrameIndex).containsExactly(0L, 4L, 8L, 10L);
    assertThat(batches)
        .extracting(FrameBatch::getEndOfStream)
        .containsExactly(false, false, false, true);
    assertThat(batches.subList(0, 3))
        .allSatisfy(
            batch -> {
              assertThat(batch.getStreamId()).isEqualTo("cam-1");
              assertThat(batch.getHeight()).isEqualTo(32);
              assertThat(batch.getWidth()).isEqualTo(40);
              assertThat(batch.getEncoding()).isEqualTo(PixelEncoding.RGB24);
              assertThat(batch.getFrames())
                  .allSatisfy(
                      frame -> assertThat(frame.getData().remaining()).isEqualTo(3 * 32 * 40));
            });
    assertThat(batches.stream().flatMap(batch -> batch.getFrames().stream()))
        .extracting(frame -> frame.getPtsMicros() / 100_000)
        .containsExactly(0L, 2L, 4L, 6L, 8L, 10L, 12L, 14L, 16L, 18L);
    ProducerRecord<String, Object> first = producer.history().get(0);
    assertThat(first.timestamp())
        .isEqualTo(batches.get(0).getFrames().get(0).getCaptureTimeMicros() / 1000);
    assertThat(meters.get(IngestMetrics.PUBLISHED).tag("stream", "cam-1").counter().count())
        .isEqualTo(10);
    assertThat(meters.get(IngestMetrics.DECODED).tag("stream", "cam-1").counter().count())
        .isEqualTo(50);
  }

  @Test
  void shouldPublishJpegWhenConfigured() throws Exception {
    IngestConfig raw = config(stream("cam", clip));
    IngestConfig jpeg =
        new IngestConfig(
            raw.kafka(),
            raw.framesTopic(),
            raw.topics(),
            raw.imageSize(),
            new EncodingSettings(EncodingSettings.Format.JPEG, 2),
            raw.framesPerRecord(),
            raw.sampling(),
            raw.untaggedColour(),
            raw.maxInFlight(),
            raw.stallTimeout(),
            raw.streams());

    try (IngestApp app = IngestApp.start(jpeg, meters, producer)) {
      assertThat(app.awaitFinished(LONG)).isTrue();
    }

    FrameBatch first = batchesOf("cam").get(0);
    assertThat(first.getEncoding()).isEqualTo(PixelEncoding.JPEG);
    byte[] data = first.getFrames().get(0).getData().array();
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(data));
    assertThat(image.getHeight()).isEqualTo(32);
    assertThat(image.getWidth()).isEqualTo(40);
  }

  @Test
  void shouldFinishOtherStreamsWhenOneFails() throws Exception {
    IngestConfig config =
        config(stream("missing", folder.resolve("nothing.mp4")), stream("good", clip));

    try (IngestApp app = IngestApp.start(config, meters, producer)) {
      assertThat(app.awaitFinished(LONG)).isTrue();

      assertThat(app.streams())
          .extracting(StreamStatus::state)
          .containsExactly(State.FAILED, State.FINISHED);
      assertThat(app.streams().get(0).progress()).isZero();
      assertThat(app.streams().get(0).error()).startsWith("no such file:").contains("nothing.mp4");
    }
    assertThat(batchesOf("missing")).isEmpty();
    assertThat(batchesOf("good")).hasSize(4);
  }

  @Test
  void shouldFailWithoutAnEndMarkWhenASendFails() throws Exception {
    // given a broker that acknowledges the first record and refuses the second
    MockProducer<String, Object> failing = producer(false);

    try (IngestApp app = IngestApp.start(config(stream("cam", clip)), meters, failing)) {
      await().until(() -> failing.history().size() == 3);
      failing.completeNext();
      failing.errorNext(new TimeoutException("120000 ms has passed"));
      failing.completeNext();
      assertThat(app.awaitFinished(LONG)).isTrue();

      // then
      StreamStatus status = app.streams().get(0);
      assertThat(status.state()).isEqualTo(State.FAILED);
      assertThat(status.error())
          .isEqualTo(
              "frames 4 to 7 of stream cam could not be sent to topic s2.frames: 120000 ms has"
                  + " passed");
      assertThat(status.framesAcknowledged()).isEqualTo(6);
    }
    assertThat(failing.history())
        .noneMatch(record -> ((FrameBatch) record.value()).getEndOfStream());
  }

  @Test
  void shouldSendNothingMoreWhenTheProducerRefusesARecord() throws Exception {
    MockProducer<String, Object> refusing = producer(true);
    refusing.sendException = new RecordTooLargeException("too large");

    try (IngestApp app = IngestApp.start(config(stream("cam", clip)), meters, refusing)) {
      assertThat(app.awaitFinished(LONG)).isTrue();

      assertThat(app.streams().get(0).state()).isEqualTo(State.FAILED);
      assertThat(app.streams().get(0).error()).contains("frames 0 to 3").endsWith("too large");
    }
    assertThat(refusing.history()).isEmpty();
  }

  @Test
  void shouldCloseAtOnceWhenALiveSourceIsWaitingToBeReopened() throws Exception {
    // given a source that never ends by itself: nothing listens here, so it is opened again and
    // again
    IngestConfig config = config(streamYaml("live", "rtsp://user:secret@127.0.0.1:1/x"));

    // when
    long closedIn;
    try (IngestApp app = IngestApp.start(config, meters, producer)) {
      await().until(() -> app.streams().get(0).error() != null);
      assertThat(app.streams().get(0).state()).isEqualTo(State.STARTING);
      assertThat(app.streams().get(0).error()).contains("***@127.0.0.1").doesNotContain("secret");
      long start = System.nanoTime();
      app.close();
      closedIn = System.nanoTime() - start;
    }

    // then it does not wait for the next attempt
    assertThat(Duration.ofNanos(closedIn)).isLessThan(Duration.ofSeconds(3));
  }

  private List<FrameBatch> batchesOf(String id) {
    return producer.history().stream()
        .filter(record -> record.key().equals(id) && record.topic().equals("s2.frames"))
        .map(record -> (FrameBatch) record.value())
        .toList();
  }

  private static MockProducer<String, Object> producer(boolean autoComplete) {
    return new MockProducer<>(
        autoComplete, new RoundRobinPartitioner(), new StringSerializer(), NO_BYTES);
  }

  private static String stream(String id, Path file) {
    return streamYaml(id, file.toString());
  }

  private static String streamYaml(String id, String uri) {
    return "  - {id: " + id + ", uri: '" + uri + "'}\n";
  }

  private IngestConfig config(String... streams) throws Exception {
    String yaml =
        """
        kafka: {bootstrap.servers: "localhost:1"}
        image-size: [32, 40]
        frames-per-record: 4
        sampling: {fps: 5}
        streams:
        """
            + String.join("", streams);
    Path file = Files.writeString(folder.resolve("ingest.yaml"), yaml);
    return ConfigParser.parse(file, IngestConfig.class, Map.of());
  }
}
