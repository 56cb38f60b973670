package io.s2stream.ingest.publish;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import io.s2stream.schemas.FrameBatch;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Hands the records of all live streams to the producer, one of each stream in turn, on a thread of
 * its own: that thread alone waits while the broker is slow or away, and the cameras' threads
 * don't.
 */
public final class LiveSender implements AutoCloseable {

  private static final long RETRY_MILLIS = 1_000;

  private final Producer<String, Object> producer;
  private final String topic;
  // Each queue stands here at most once.
  private final BlockingQueue<LiveQueue> ready = new LinkedBlockingQueue<>();
  private final Thread thread = new Thread(this::run, "ingest-live-sender");

  /**
   * Starts the thread.
   *
   * @param producer the caller closes it, after this
   * @param topic of the frames
   */
  public LiveSender(Producer<String, Object> producer, String topic) {
    this.producer = producer;
    this.topic = topic;
    thread.setDaemon(true);
    thread.start();
  }

  void ready(LiveQueue queue) {
    ready.add(queue);
  }

  private void run() {
    try {
      while (true) {
        LiveQueue queue = ready.take();
        FrameBatch batch = queue.take();
        if (batch != null) {
          send(queue, batch);
        }
        if (queue.staysReady()) {
          ready.add(queue);
        }
      }
    } catch (InterruptedException | InterruptException e) {
      Thread.currentThread().interrupt(); // Closed.
    }
  }

  private void send(LiveQueue queue, FrameBatch batch) throws InterruptedException {
    ProducerRecord<String, Object> record = FrameRecords.of(topic, null, batch);
    boolean handedOver = false;
    boolean told = false;
    try {
      while (!handedOver) {
        try {
          hand(queue, batch, record);
          handedOver = true;
        } catch (InterruptException e) {
          throw e;
        } catch (KafkaException | IllegalStateException e) {
          if (!FrameRecords.mayPass(e)) {
            told = true;
            refuse(queue, batch, e);
            return;
          }
          Thread.sleep(RETRY_MILLIS);
        }
      }
    } finally {
      if (!handedOver && !told) {
        queue.completed(batch.getFrames().size(), 0, "closed before it could be sent");
      }
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The callback is told the same.
  private void hand(LiveQueue queue, FrameBatch batch, ProducerRecord<String, Object> record) {
    int frames = batch.getFrames().size();
    producer.send(
        record,
        (metadata, error) -> {
          if (error == null) {
            queue.completed(frames, Math.max(0, metadata.serializedValueSize()), null);
          } else {
            refuse(queue, batch, error);
          }
        });
  }

  private void refuse(LiveQueue queue, FrameBatch batch, Exception error) {
    queue.completed(
        batch.getFrames().size(),
        0,
        FrameRecords.describe(batch)
            + " could not be sent to topic "
            + topic
            + ": "
            + FrameRecords.words(error));
  }

  /** Stops sending; what still waits stays in the queues. Returns when the thread has ended. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
