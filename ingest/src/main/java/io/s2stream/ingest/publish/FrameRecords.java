package io.s2stream.ingest.publish;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.registry.RegistryUnavailableException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/** Frame batches as Kafka's producer and the operator see them. */
final class FrameRecords {

  private FrameRecords() {}

  /**
   * Returns the message of a batch; its timestamp is the capture time of the first frame.
   *
   * @param partition null: by the key
   */
  static ProducerRecord<String, Object> of(
      String topic, @Nullable Integer partition, FrameBatch batch) {
    return new ProducerRecord<>(
        topic, partition, timestampMillis(batch), batch.getStreamId(), batch);
  }

  private static long timestampMillis(FrameBatch batch) {
    List<Frame> frames = batch.getFrames();
    return frames.isEmpty()
        ? System.currentTimeMillis()
        : TimeUnit.MICROSECONDS.toMillis(frames.get(0).getCaptureTimeMicros());
  }

  static String describe(FrameBatch batch) {
    if (batch.getEndOfStream()) {
      return "the end-of-stream mark of stream " + batch.getStreamId();
    }
    long first = batch.getFirstFrameIndex();
    long last = first + batch.getFrames().size() - 1;
    return "frames " + first + " to " + last + " of stream " + batch.getStreamId();
  }

  /** Returns whether a send that threw this may succeed later; nothing was handed over. */
  static boolean mayPass(RuntimeException error) {
    for (Throwable e = error; e != null; e = e.getCause()) {
      if (e instanceof RetriableException || e instanceof RegistryUnavailableException) {
        return true;
      }
    }
    return false;
  }

  static String words(Exception error) {
    return error.getMessage() == null ? error.toString() : error.getMessage();
  }
}
