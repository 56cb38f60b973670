package io.s2stream.ingest;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.config.ConfigParser;
import io.s2stream.ingest.StreamStatus.State;
import io.s2stream.ingest.encode.FrameEncoder;
import io.s2stream.ingest.publish.LiveQueue;
import io.s2stream.ingest.publish.LiveSender;
import io.s2stream.ingest.publish.StreamPublisher;
import io.s2stream.ingest.sample.Sampling;
import io.s2stream.ingest.source.ImageSize;
import io.s2stream.ingest.source.ReaderOptions;
import io.s2stream.ingest.source.SourceUri;
import io.s2stream.ingest.source.VideoFrame;
import io.s2stream.ingest.synthetic.SyntheticClip;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.PixelEncoding;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
            raw.maxFilesAtOnce(),
            raw.resume(),
            raw.placesTopic(),
            raw.startupTimeout(),
            raw.http(),
            raw.shard(),
            raw.streamsApi(),
            raw.configPoll(),
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
        new MockProducer<>(true, new RoundRobinPartitioner(), new StringSerializer(), NO_BYTES) {
          @Override
          public synchronized Future<RecordMetadata> send(
              ProducerRecord<String, Object> record, Callback callback) {
            sleepMillis(20);
            return super.send(record, callback);
          }
        };

    // when
    IngestApp app = IngestApp.start(config(stream("cam", file)), meters, slow, null);
    await().until(() -> slow.history().size() >= 3);
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
  void shouldPublishThePartOfABatchWhenStopped() throws Exception {
    // given records of more frames than were read when it is stopped
    CountDownLatch sampled = new CountDownLatch(1);
    FrameEncoder encoder =
        new FrameEncoder() {
          @Override
          public PixelEncoding encoding() {
            return PixelEncoding.RGB24;
          }

          @Override
          public ByteBuffer encode(VideoFrame frame) {
            if (frame.index() == 4) {
              sampled.countDown();
              sleepMillis(300);
            }
            return ByteBuffer.wrap(frame.rgb());
          }
        };
    StreamProgress progress =
        new StreamProgress("cam", new IngestMetrics(meters).forStream("cam"), record -> {});
    StreamWorker worker =
        new StreamWorker(
            "cam",
            new SourceUri(clip.toString()),
            ReaderOptions.of(new ImageSize(32, 40), Sampling.fps(5)),
            100,
            () -> encoder,
            new StreamPublisher(producer, "s2.frames", progress),
            new LiveQueue("cam", 1, new LiveSender(producer, "s2.frames"), progress),
            null,
            progress);
    Thread thread = new Thread(worker);
    thread.start();

    // when
    assertThat(sampled.await(10, TimeUnit.SECONDS)).isTrue();
    worker.stop();
    thread.join(10_000);

    // then
    assertThat(batchesOf("cam")).hasSize(1);
    assertThat(batchesOf("cam").get(0).getFrames()).hasSize(5);
    assertThat(batchesOf("cam").get(0).getEndOfStream()).isFalse();
    assertThat(progress.status().state()).isEqualTo(State.STOPPED);
    assertThat(progress.status().progress()).isLessThan(0.9);
  }

  @Test
  void shouldEndWithItsMarkAndSaySoWhenAFileIsTruncated() throws Exception {
    Path whole = folder.resolve("whole.mkv");
    SyntheticClip.of(64, 48, 25, Duration.ofSeconds(4)).write(whole);
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = Files.write(folder.resolve("cut.mkv"), Arrays.copyOf(bytes, bytes.length / 2));

    try (IngestApp app = IngestApp.start(config(stream("cam", cut)), meters, producer, null)) {
      assertThat(app.awaitFinished(LONG)).isTrue();

      StreamStatus status = app.streams().get(0);
      assertThat(status.state()).isEqualTo(State.FINISHED);
      assertThat(status.endedEarly()).isTrue();
      assertThat(batchesOf("cam")).last().matches(FrameBatch::getEndOfStream);
      assertThat(batchesOf("cam").get(batchesOf("cam").size() - 1).getFirstFrameIndex())
          .isEqualTo(status.framesSampled())
          .isBetween(5L, 15L);
    }
  }

  @Test
  void shouldFailWithoutAnEndMarkWhenNothingCanBeDecoded() throws Exception {
    byte[] bytes = Files.readAllBytes(clip);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    Arrays.fill(bytes, text.indexOf("mdat") + 4, text.indexOf("moov") - 4, (byte) 0xa5);
    Path garbage = Files.write(folder.resolve("garbage.mp4"), bytes);

    try (IngestApp app = IngestApp.start(config(stream("cam", garbage)), meters, producer, null)) {
      assertThat(app.awaitFinished(LONG)).isTrue();

      StreamStatus status = app.streams().get(0);
      assertThat(status.state()).isEqualTo(State.FAILED);
      assertThat(status.decodeErrors()).isPositive();
      assertThat(status.error()).contains("no picture could be decoded");
    }
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void shouldFinishOtherStreamsWhenOneFails() throws Exception {
    IngestConfig config =
        config(stream("missing", folder.resolve("nothing.mp4")), stream("good", clip));

    try (IngestApp app = IngestApp.start(config, meters, producer, null)) {
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

    try (IngestApp app = IngestApp.start(config(stream("cam", clip)), meters, failing, null)) {
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

    try (IngestApp app = IngestApp.start(config(stream("cam", clip)), meters, refusing, null)) {
      assertThat(app.awaitFinished(LONG)).isTrue();

      assertThat(app.streams().get(0).state()).isEqualTo(State.FAILED);
      assertThat(app.streams().get(0).error()).contains("frames 0 to 3").endsWith("too large");
    }
    assertThat(refusing.history()).isEmpty();
  }

  @Test
  void shouldTellTheFirstFailureTooWhenPublishingTheRestFails() throws Exception {
    // given a source that breaks off while frames wait for a full record, and a refusing producer
    MockProducer<String, Object> refusing = producer(true);
    refusing.sendException = new RecordTooLargeException("too large");
    Path file = folder.resolve("broken.y4m");
    Files.writeString(
        file,
        "YUV4MPEG2 W16 H16 F5:1 C420jpeg\n"
            + ("FRAME\n" + "x".repeat(16 * 16 * 3 / 2)).repeat(2)
            + "bad\n".repeat(1000));

    try (IngestApp app = IngestApp.start(config(stream("cam", file)), meters, refusing, null)) {
      assertThat(app.awaitFinished(LONG)).isTrue();

      assertThat(app.streams().get(0).error())
          .contains("frames 0 to 1 of stream cam could not be sent", "too large")
          .contains("before that: reading " + file + " failed");
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
  void shouldCloseAtOnceWhenALiveSourceIsWaitingToBeReopened() throws Exception {
    // given a source that never ends by itself: nothing listens here, so it is opened again and
    // again
    IngestConfig config = config(streamYaml("live", "rtsp://user:secret@127.0.0.1:1/x"));

    // when
    long closedIn;
    try (IngestApp app = IngestApp.start(config, meters, producer, null)) {
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
