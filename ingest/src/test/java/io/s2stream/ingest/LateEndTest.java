package io.s2stream.ingest;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.config.ConfigParser;
import io.s2stream.ingest.StreamStatus.State;
import io.s2stream.ingest.publish.LiveSender;
import io.s2stream.ingest.source.Hardware;
import io.s2stream.ingest.synthetic.SyntheticClip;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static io.s2stream.ingest.Streams.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A stream that is changed while its reader heeds neither a stop nor an interruption. */
@Timeout(120)
class LateEndTest {
  private static final Duration STOP_TIMEOUT = Duration.ofMillis(100);
  private static final Duration LONG = Duration.ofSeconds(60);

  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicInteger sending = new AtomicInteger();
  private final AtomicInteger sendingAtOnce = new AtomicInteger();
  private final MockProducer<String, Object> producer =
      new FramesProducer(true) {
        @Override
        public Future<RecordMetadata> send(
            ProducerRecord<String, Object> record, Callback callback) {
          sendingAtOnce.accumulateAndGet(sending.incrementAndGet(), Math::max);
          held.countDown();
          try {
            awaitWhateverComes(released);
            return super.send(record, callback);
          } finally {
            sending.decrementAndGet();
          }
        }
      };

  @TempDir private Path folder;
  private LiveSender sender;
  private RunningStreams running;
  private WantedStreams wanted;
  private Path clip;

  private static void awaitWhateverComes(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException e) {
        continue;
      }
    }
  }

  @BeforeEach
  void holdAReader() throws Exception {
    clip = folder.resolve("clip.mp4");
    SyntheticClip.of(64, 48, 10, Duration.ofSeconds(1)).write(clip);
    IngestConfig config = Streams.config(Streams.stream("other", clip));
    IngestMetrics metrics = new IngestMetrics(new SimpleMeterRegistry(), 10);
    sender = new LiveSender(producer, "s2.frames");
    StreamFactory factory =
        new StreamFactory(config, producer, sender, null, metrics, Hardware.none());
    running = new RunningStreams(factory, metrics, null, 4, STOP_TIMEOUT);
    wanted = new WantedStreams(running, config.shard());
    wanted.change("cam", Optional.of(everyNth(1)));
    held.await();
  }

  @AfterEach
  void close() throws Exception {
    released.countDown();
    running.close();
    sender.close();
  }

  @Test
  void shouldBeReadAsItWasChangedOnceTheReaderHasEnded() throws Exception {
    wanted.change("cam", Optional.of(everyNth(5)));

    assertReadOnceReleased(2);
  }

  @Test
  void shouldBeReadAgainWhenItWasChangedBack() throws Exception {
    wanted.change("cam", Optional.of(everyNth(5)));
    wanted.change("cam", Optional.of(everyNth(1)));

    assertReadOnceReleased(10);
  }

  @Test
  void shouldHaveOneReaderWhenItWasRemovedAndCameAgain() throws Exception {
    wanted.change("cam", Optional.empty());
    assertThat(running.status()).isEmpty();
    wanted.change("cam", Optional.of(everyNth(5)));

    // Time in which another reader would get as far as this one.
    await().during(Duration.ofSeconds(2)).atMost(LONG).until(() -> sending.get() == 1);
    assertReadOnceReleased(2);
  }

  @Test
  void shouldNotBeDoneBeforeItWasReadAgain() throws Exception {
    wanted.change("cam", Optional.of(everyNth(5)));
    assertThat(running.await(Duration.ofMillis(100))).isFalse();

    released.countDown();

    assertThat(running.await(LONG)).isTrue();
    assertThat(running.status().get(0).framesSampled()).isEqualTo(2);
  }

  @Test
  void shouldStayEndedWhenAChangeComesAfterTheEnd() throws Exception {
    released.countDown();
    running.close();
    long sampled = running.status().get(0).framesSampled();

    // A file would be refused by threads that are shut down.
    wanted.change("cam", Optional.of(everyNth(5)));

    assertThat(running.status().get(0).framesSampled()).isEqualTo(sampled);
  }

  private void assertReadOnceReleased(int frames) {
    assertThat(running.status()).extracting(StreamStatus::streamId).containsExactly("cam");
    assertThat(producer.history()).isEmpty();

    released.countDown();

    patiently().until(() -> running.status().get(0).state() == State.FINISHED);
    assertThat(running.status().get(0).framesSampled()).isEqualTo(frames);
    assertThat(sendingAtOnce).hasValue(1);
  }

  private StreamSettings everyNth(int n) throws Exception {
    return ConfigParser.parse(
            "{uri: '%s', sampling: {every-nth: %d}}".formatted(clip, n),
            "test",
            StreamRequest.class,
            Map.of())
        .as("cam");
  }
}
