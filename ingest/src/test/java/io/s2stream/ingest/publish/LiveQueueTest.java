package io.s2stream.ingest.publish;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.PixelEncoding;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class LiveQueueTest {

  private static final Serializer<Object> NO_BYTES = (topic, value) -> new byte[0];

  /** Takes a record for each permit, as a producer whose buffer is full does. */
  private final class FullProducer extends MockProducer<String, Object> {
    private final Semaphore room = new Semaphore(0);

    FullProducer() {
      super(true, new RoundRobinPartitioner(), new StringSerializer(), NO_BYTES);
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<String, Object> record, Callback callback) {
      blocked.incrementAndGet();
      try {
        room.acquire();
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      } finally {
        blocked.decrementAndGet();
      }
      return super.send(record, callback);
    }
  }

  private final AtomicInteger blocked = new AtomicInteger();
  private final FullProducer producer = new FullProducer();
  private final LiveSender sender = new LiveSender(producer, "s2.frames");
  private final List<String> refusals = new ArrayList<>();
  private final AtomicInteger acknowledged = new AtomicInteger();
  private final AtomicInteger overrun = new AtomicInteger();
  private final Acknowledgements listener =
      new Acknowledgements() {
        @Override
        public void acknowledged(int frames, long bytes) {
          acknowledged.addAndGet(frames);
        }

        @Override
        public void overrun(int frames) {
          overrun.addAndGet(frames);
        }

        @Override
        public void refused(int frames, String why) {
          refusals.add(why);
        }
      };

  @AfterEach
  void close() {
    sender.close();
  }

  @Test
  void shouldDropTheOldestAndNumberTheRestWithoutAGapWhenTheBrokerIsSlow() throws Exception {
    // given the first record is in the producer's hands
    LiveQueue queue = new LiveQueue("cam", 3, sender, listener);
    queue.startAt(7);
    queue.publish(batch("cam", 0));
    await().until(() -> blocked.get() == 1);

    // when eight more come: five too many
    IntStream.rangeClosed(1, 8).forEach(pts -> queue.publish(batch("cam", pts)));
    assertThat(overrun.get()).isEqualTo(10);
    producer.room.release(100);
    queue.awaitAcknowledged();

    // then
    List<Frame> frames = frames("cam");
    assertThat(frames)
        .extracting(Frame::getPtsMicros)
        .containsExactly(0L, 0L, 6L, 6L, 7L, 7L, 8L, 8L);
    assertThat(frames)
        .extracting(Frame::getIndex)
        .containsExactlyElementsOf(LongStream.range(7, 15).boxed().toList());
    assertThat(frames.stream().filter(Frame::getDiscontinuity))
        .extracting(Frame::getIndex)
        .containsExactly(9L);
    assertThat(producer.history())
        .extracting(record -> ((FrameBatch) record.value()).getFirstFrameIndex())
        .containsExactly(7L, 9L, 11L, 13L);
    assertThat(acknowledged.get()).isEqualTo(8);
  }

  @Test
  void shouldSendOneOfEachStreamInTurn() throws Exception {
    LiveQueue busy = new LiveQueue("busy", 10, sender, listener);
    LiveQueue calm = new LiveQueue("calm", 10, sender, listener);
    IntStream.range(0, 5).forEach(pts -> busy.publish(batch("busy", pts)));
    await().until(() -> blocked.get() == 1);
    calm.publish(batch("calm", 0));

    producer.room.release(3);

    await().until(() -> producer.history().size() == 3);
    assertThat(frames("calm")).hasSize(2);
  }

  @Test
  void shouldCountARefusedRecordAndGoOnWithAMark() throws Exception {
    LiveQueue queue = new LiveQueue("cam", 3, sender, listener);
    producer.room.release(100);
    producer.sendException = new RecordTooLargeException("too large");
    queue.publish(batch("cam", 0));
    queue.awaitAcknowledged();
    producer.sendException = null;
    queue.publish(batch("cam", 1));
    queue.awaitAcknowledged();

    assertThat(refusals)
        .containsExactly(
            "frames 0 to 1 of stream cam could not be sent to topic s2.frames: too large");
    assertThat(frames("cam").get(0).getDiscontinuity()).isTrue();
  }

  @Test
  void shouldTryAgainWhenTheProducerCanNotTakeARecordNow() throws Exception {
    LiveQueue queue = new LiveQueue("cam", 3, sender, listener);
    producer.room.release(100);
    producer.sendException = new TimeoutException("no metadata");
    queue.publish(batch("cam", 0));
    await().until(() -> producer.room.availablePermits() < 100);
    producer.sendException = null;

    queue.awaitAcknowledged();

    assertThat(frames("cam")).hasSize(2);
    assertThat(refusals).isEmpty();
  }

  @Test
  void shouldEndAtOnceAndCountWhatWaitsWhenClosed() throws Exception {
    LiveQueue queue = new LiveQueue("cam", 3, sender, listener);
    IntStream.range(0, 3).forEach(pts -> queue.publish(batch("cam", pts)));
    await().until(() -> blocked.get() == 1);
    Thread waiting =
        new Thread(
            () -> {
              try {
                queue.awaitAcknowledged();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    waiting.start();

    sender.close();
    queue.close();

    waiting.join(Duration.ofSeconds(5).toMillis());
    assertThat(waiting.isAlive()).isFalse();
    assertThat(overrun.get()).isEqualTo(4);
    assertThat(refusals).containsExactly("closed before it could be sent");
  }

  private List<Frame> frames(String stream) {
    return producer.history().stream()
        .filter(record -> record.key().equals(stream))
        .flatMap(record -> ((FrameBatch) record.value()).getFrames().stream())
        .toList();
  }

  private static FrameBatch batch(String stream, long pts) {
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      frames.add(new Frame(-1L, pts, 0L, false, ByteBuffer.allocate(0)));
    }
    return new FrameBatch(stream, -1L, 1, 1, PixelEncoding.RGB24, frames, false);
  }
}
