package io.s2stream.processor.topology;

import java.util.concurrent.atomic.AtomicReference;

import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Blows when a send of one stream thread fails under at-least-once, and from then on stops the
 * thread's sends and its commits by the consumer. Thread-safe.
 *
 * <p>All tasks of a thread share a producer, and Kafka Streams keeps only the first failure, for
 * one task; the others would commit past records that never arrived, or send records that belong
 * behind them. A commit comes after a flush, so every failure before it is known here. The thread
 * ends, and its frames are read again from the last commit. Under exactly-once the transaction
 * itself does all this.
 */
final class SendFuse {
  private final AtomicReference<@Nullable Exception> cause = new AtomicReference<>();

  /**
   * Called by whichever thread learns of the failure.
   *
   * @return true the first time
   */
  boolean blow(Exception failure) {
    return cause.compareAndSet(null, failure);
  }

  /**
   * @throws KafkaException when a send failed
   */
  void check() {
    Exception failure = cause.get();
    if (failure != null) {
      throw new KafkaException(
          "A record could not be sent, so nothing is committed and the frames are read again: "
              + failure.getMessage(),
          failure);
    }
  }
}
