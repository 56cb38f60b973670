package io.s2stream.ingest;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.function.Supplier;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.ingest.StreamStatus.State;
import io.s2stream.ingest.encode.FrameEncoder;
import io.s2stream.ingest.encode.RawEncoder;
import io.s2stream.ingest.publish.LiveQueue;
import io.s2stream.ingest.publish.LiveSender;
import io.s2stream.ingest.publish.StreamPublisher;
import io.s2stream.ingest.sample.Sampling;
import io.s2stream.ingest.source.ImageSize;
import io.s2stream.ingest.source.ReaderOptions;
import io.s2stream.ingest.source.SourceUri;
import io.s2stream.ingest.source.VideoFrame;
import io.s2stream.ingest.synthetic.SyntheticClip;
import io.s2stream.schemas.PixelEncoding;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** One stream that is told to stop, whatever it waits for. */
@Timeout(120)
class StoppedStreamTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir private Path folder;
  private final IngestMetrics metrics = new IngestMetrics(new SimpleMeterRegistry(), 10);
  private final StreamProgress progress =
      new StreamProgress("cam", true, metrics.forStream("cam"), record -> {});
  private final CountDownLatch handed = new CountDownLatch(1);
  private final CountDownLatch never = new CountDownLatch(1);

  private MockProducer<String, Object> producer = new FramesProducer(true);
  private LiveSender sender = new LiveSender(producer, "s2.frames");
  private Path clip;

  @BeforeEach
  void makeClip() {
    clip = folder.resolve("clip.mp4");
    SyntheticClip.of(64, 48, 25, Duration.ofSeconds(2)).write(clip);
  }

  @AfterEach
  void close() {
    sender.close();
  }

  private void sendTo(MockProducer<String, Object> another) {
    sender.close();
    producer = another;
    sender = new LiveSender(another, "s2.frames");
  }

  private StreamWorker worker(
      String uri, int framesPerRecord, Supplier<FrameEncoder> encoders, ReopenDelay delay) {
    return new StreamWorker(
        "cam",
        new SourceUri(uri),
        ReaderOptions.of(new ImageSize(32, 40), Sampling.fps(5)),
        framesPerRecord,
        encoders,
        new StreamPublisher(producer, "s2.frames", progress),
        new LiveQueue("cam", 1, sender, progress),
        null,
        new FileRetries(0),
        delay,
        progress);
  }

  private static Thread start(StreamWorker worker) {
    Thread thread = new Thread(worker, "stopped-stream");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void assertEnds(Thread thread) throws InterruptedException {
    thread.join(LONG.toMillis());
    assertThat(thread.isAlive()).isFalse();
  }

  private void assertBrokenOffButNotGivenUp() {
    assertThat(progress.status().state()).isEqualTo(State.FAILED);
    assertThat(progress.status().error())
        .isEqualTo("closed before the broker had acknowledged all of its records");
    assertThat(metrics.forStream("cam").failures().count()).isZero();
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void shouldPublishThePartOfABatch() throws Exception {
    // given records of more frames than were read when it is stopped
    CountDownLatch sampled = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
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
              awaitUninterrupted(stopped);
            }
            return ByteBuffer.wrap(frame.rgb());
          }
        };
    StreamWorker worker = worker(clip.toString(), 100, () -> encoder, new ReopenDelay());
    Thread thread = start(worker);

    // when
    sampled.await();
    worker.stop();
    stopped.countDown();
    assertEnds(thread);

    // then
    assertThat(Streams.batches(producer, "cam"))
        .singleElement()
        .satisfies(
            batch -> {
              assertThat(batch.getFrames()).hasSize(5);
              assertThat(batch.getEndOfStream()).isFalse();
            });
    assertThat(progress.status().state()).isEqualTo(State.STOPPED);
    assertThat(progress.status().progress()).isLessThan(0.9);
  }

  @Test
  void shouldNotWaitForTheNextAttemptToOpenALostSource() throws Exception {
    // given a source that is away and was for so long that it is tried once a minute
    ReopenDelay delay = new ReopenDelay();
    for (int attempt = 0; attempt < 10; attempt++) {
      assertThat(delay.next(Duration.ZERO)).isPositive();
    }
    StreamWorker worker = worker("rtsp://127.0.0.1:1/x", 1, RawEncoder::new, delay);
    Thread thread = start(worker);
    await().atMost(LONG).until(() -> progress.status().error() != null);

    worker.stop();

    thread.join(Duration.ofSeconds(3).toMillis());
    assertThat(thread.isAlive()).isFalse();
    assertThat(progress.status().state()).isEqualTo(State.STOPPED);
  }

  @Test
  void shouldNotBeGivenUpWhenItsRecordsAreNotAcknowledgedInTime() throws Exception {
    sendTo(new FramesProducer(false));
    StreamWorker worker = worker(clip.toString(), 100, RawEncoder::new, new ReopenDelay());
    Thread thread = start(worker);
    await().atMost(LONG).until(() -> producer.history().size() == 1);

    worker.stop();
    thread.interrupt();

    assertEnds(thread);
    assertBrokenOffButNotGivenUp();
  }

  @Test
  void shouldNotBeGivenUpWhenTheProducerTakesNoneInTime() throws Exception {
    sendTo(
        new FramesProducer(true) {
          @Override
          public synchronized Future<RecordMetadata> send(
              ProducerRecord<String, Object> record, Callback callback) {
            handed.countDown();
            try {
              never.await();
            } catch (InterruptedException e) {
              throw new InterruptException(e);
            }
            return super.send(record, callback);
          }
        });
    StreamWorker worker = worker(clip.toString(), 1, RawEncoder::new, new ReopenDelay());
    Thread thread = start(worker);
    handed.await();

    worker.stop();
    thread.interrupt();

    assertEnds(thread);
    assertBrokenOffButNotGivenUp();
  }
}
