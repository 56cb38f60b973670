package io.s2stream.ingest.publish;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.s2stream.schemas.FrameBatch;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one stream's records in order and skips none: it waits while the producer's buffer is full,
 * the broker is away or the registry can't be asked. After a record that the broker or the registry
 * refuses for good nothing more is handed to the producer, and no end-of-stream mark follows.
 *
 * <p>{@link #publish} and {@link #awaitAcknowledged} belong to the stream's thread; {@link #stop}
 * to any; acknowledgements arrive on the producer's.
 */
public final class StreamPublisher implements Outlet {

  private static final Logger LOG = LoggerFactory.getLogger(StreamPublisher.class);
  private static final long RETRY_MILLIS = 1_000;

  private final Producer<String, Object> producer;
  private final String topic;
  private final Acknowledgements listener;
  private final Object lock = new Object();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private long pending;
  private @Nullable PublishException failure;

  /**
   * @param producer shared with other streams; the caller closes it
   * @param topic of the frames
   */
  public StreamPublisher(
      Producer<String, Object> producer, String topic, Acknowledgements listener) {
    this.producer = producer;
    this.topic = topic;
    this.listener = listener;
  }

  /** Ends the waiting for a registry that can't be asked. Thread-safe. */
  public void stop() {
    stopping.countDown();
  }

  /**
   * Hands a record to the producer; blocks until it takes it.
   *
   * @throws PublishException if this or an earlier record of the stream could not be sent
   */
  @Override
  public void publish(FrameBatch batch) throws PublishException {
    synchronized (lock) {
      throwFailure();
      pending++;
    }
    ProducerRecord<String, Object> record = FrameRecords.of(topic, null, batch);
    for (int tries = 0; !send(record, batch, tries); tries++) {
      pause();
    }
  }

  /** Returns false if it is to be tried again. */
  @SuppressWarnings("FutureReturnValueIgnored") // The callback is told the same.
  private boolean send(ProducerRecord<String, Object> record, FrameBatch batch, int tries)
      throws PublishException {
    int frames = batch.getFrames().size();
    String what = FrameRecords.describe(batch);
    try {
      producer.send(
          record,
          (metadata, error) -> {
            if (error == null) {
              listener.acknowledged(frames, Math.max(0, metadata.serializedValueSize()));
            }
            completed(error == null ? null : failed(what, error));
          });
      return true;
    } catch (KafkaException | IllegalStateException e) {
      if (FrameRecords.mayPass(e) && stopping.getCount() > 0) {
        if (tries == 0) {
          LOG.warn("{} wait, to be tried again each second: {}", what, FrameRecords.words(e));
        }
        return false;
      }
      PublishException thrown = failed(what, e);
      completed(thrown);
      throw thrown;
    }
  }

  private void pause() {
    try {
      stopping.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping.countDown();
    }
  }

  @Override
  public void awaitAcknowledged() throws PublishException, InterruptedException {
    synchronized (lock) {
      while (pending > 0) {
        lock.wait(TimeUnit.SECONDS.toMillis(1));
      }
      throwFailure();
    }
  }

  private void completed(@Nullable PublishException error) {
    synchronized (lock) {
      pending--;
      if (error != null && failure == null) {
        failure = error;
      }
      lock.notifyAll();
    }
  }

  private void throwFailure() throws PublishException {
    if (failure != null) {
      throw failure;
    }
  }

  private PublishException failed(String what, Exception error) {
    if (error instanceof InterruptException) {
      Thread.currentThread().interrupt();
    }
    return new PublishException(
        what + " could not be sent to topic " + topic + ": " + FrameRecords.words(error), error);
  }
}
