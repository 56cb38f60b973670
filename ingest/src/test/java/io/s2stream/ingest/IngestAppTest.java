package io.s2stream.ingest;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import javax.imageio.ImageIO;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.ingest.StreamStatus.State;
import io.s2stream.ingest.synthetic.SyntheticClip;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.PixelEncoding;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.s2stream.ingest.Streams.config;
import static io.s2stream.ingest.Streams.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class IngestAppTest {

  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir private Path folder;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final MockProducer<String, Object> producer = new FramesProducer(true);
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
    try (IngestApp app = IngestApp.start(config, meters, producer, null)) {
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
            raw.pictures(),
            raw.decoding(),
            raw.maxInFlight(),
            raw.maxWaitingFrames(),
            raw.stallTimeout(),
            raw.fileRetries(),
            raw.maxFilesAtOnce(),
            raw.resume(),
            raw.placesTopic(),
            raw.startupTimeout(),
            raw.http(),
            raw.shard(),
            raw.streamsApi(),
            raw.configPoll(),
            raw.maxStreamLabels(),
            raw.keepRunning(),
            raw.streams());

    try (IngestApp app = IngestApp.start(jpeg, meters, producer, null)) {
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
  void shouldSendNoEndMarkWhenStoppedInTheMiddle() throws Exception {
    // given a long file and a broker that takes its time
    Path file = folder.resolve("long.mp4");
    SyntheticClip.of(64, 48, 25, Duration.ofSeconds(60)).write(file);
    MockProducer<String, Object> slow =
        new FramesProducer(true) {
          @Override
          public synchronized Future<RecordMetadata> send(
              ProducerRecord<String, Object> record, Callback callback) {
            sleepMillis(200);
            return super.send(record, callback);
          }
        };

    // when
    IngestApp app = IngestApp.start(config(stream("cam", file)), meters, slow, null);
    await().atMost(LONG).until(() -> slow.history().size() >= 3);
    app.close();

    // then what was sampled is there, and nothing says that this is all
    StreamStatus status = app.streams().get(0);
    assertThat(status.state()).isEqualTo(State.STOPPED);
    assertThat(status.progress()).isBetween(0.01, 0.9);
    assertThat(status.framesAcknowledged()).isEqualTo(status.framesSampled()).isLessThan(300);
    List<FrameBatch> batches =
        slow.history().stream().map(record -> (FrameBatch) record.value()).toList();
    assertThat(batches).noneMatch(FrameBatch::getEndOfStream);
    assertThat(batches.stream().mapToLong(batch -> batch.getFrames().size()).sum())
        .isEqualTo(status.framesSampled());
  }

  @SuppressWarnings("ThreadSleepMillis") // What a slow broker does.
  private static void sleepMillis(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void shouldCloseEverythingWhenTheStartFails() throws Exception {
    // given a second stream whose start throws
    meters
        .config()
        .onMeterAdded(
            meter -> {
              if ("second".equals(meter.getId().getTag("stream"))) {
                throw new AssertionError("on purpose");
              }
            });
    IngestConfig config = config(stream("first", clip), stream("second", clip));

    assertThatThrownBy(() -> IngestApp.start(config, meters, producer, null))
        .hasMessage("on purpose");

    assertThat(producer.closed()).isTrue();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("ingest-first", "ingest-second");
  }

  @Test
  void shouldTellWhyALiveSourceIsLostWithoutItsSecrets() throws Exception {
    // given a source that never ends by itself: nothing listens here, so it is opened again and
    // again
    IngestConfig config = config(stream("live", "rtsp://user:secret@127.0.0.1:1/x"));

    try (IngestApp app = IngestApp.start(config, meters, producer, null)) {
      await().atMost(LONG).until(() -> app.streams().get(0).error() != null);

      assertThat(app.streams().get(0).state()).isEqualTo(State.STARTING);
      assertThat(app.streams().get(0).error()).contains("***@127.0.0.1").doesNotContain("secret");
    }
  }

  private List<FrameBatch> batchesOf(String id) {
    return Streams.batches(producer, id);
  }
}
