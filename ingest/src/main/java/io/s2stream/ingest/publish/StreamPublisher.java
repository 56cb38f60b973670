package io.s2stream.ingest.publish;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Sends one stream's records in order and counts what the broker acknowledged. After the first
 * failure nothing more is handed to the producer. What it was given before that is still delivered:
 * so a failed send leaves a gap in the stream's indices, and no end-of-stream mark follows.
 *
 * <p>{@link #publish} and {@link #awaitAcknowledged} belong to the stream's thread;
 * acknowledgements arrive on the producer's.
 */
public final class StreamPublisher {

  /** Told about each acknowledged record, on the producer's thread. */
  public interface Acknowledgements {

    /**
     * The broker has this record.
     *
     * @param frames number of frames in the record; 0 for an end-of-stream mark
     * @param bytes size of the serialised value
     */
    void acknowledged(int frames, long bytes);
  }

  private final Producer<String, Object> producer;
  private final String topic;
  private final Acknowledgements listener;
  private final Object lock = new Object();
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

  /**
   * Hands a record to the producer; blocks while its buffer is full.
   *
   * @throws PublishException if this or an earlier record of the stream could not be sent
   */
  @SuppressWarnings("FutureReturnValueIgnored") // The callback is told the same.
  public void publish(FrameBatch batch) throws PublishException {
    synchronized (lock) {
      throwFailure();
      pending++;
    }
    int frames = batch.getFrames().size();
    String what = describe(batch);
    ProducerRecord<String, Object> record =
        new ProducerRecord<>(topic, null, timestampMillis(batch), batch.getStreamId(), batch);
    try {
      producer.send(
          record,
          (metadata, error) -> {
            if (error == null) {
              listener.acknowledged(frames, Math.max(0, metadata.serializedValueSize()));
            }
            completed(error == null ? null : failed(what, error));
          });
    } catch (KafkaException | IllegalStateException e) {
      PublishException thrown = failed(what, e);
      completed(thrown);
      throw thrown;
    }
  }

  /**
   * Waits until every record handed over is acknowledged. Kafka's delivery.timeout.ms bounds it.
   *
   * @throws PublishException if one could not be sent
   */
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
    String reason = error.getMessage() == null ? error.toString() : error.getMessage();
    return new PublishException(
        what + " could not be sent to topic " + topic + ": " + reason, error);
  }

  private static String describe(FrameBatch batch) {
    if (batch.getEndOfStream()) {
      return "the end-of-stream mark of stream " + batch.getStreamId();
    }
    long first = batch.getFirstFrameIndex();
    long last = first + batch.getFrames().size() - 1;
    return "frames " + first + " to " + last + " of stream " + batch.getStreamId();
  }

  private static long timestampMillis(FrameBatch batch) {
    List<Frame> frames = batch.getFrames();
    return frames.isEmpty()
        ? System.currentTimeMillis()
        : TimeUnit.MICROSECONDS.toMillis(frames.get(0).getCaptureTimeMicros());
  }
}
