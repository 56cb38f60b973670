package io.s2stream.processor.topology;

import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Blows when a send of one stream thread fails, and then stops the thread's next commit by the
 * consumer.
 *
 * <p>Under at-least-once all tasks of a thread share a producer, and Kafka Streams keeps only the
 * first failure, for one task; the others would commit past records that never arrived. A commit
 * comes after a flush, so every failure before it is known here. The thread ends, and its frames
 * are read again from the last commit. Under exactly-once the transaction itself does this.
 */
final class SendFuse {
  private volatile @Nullable Exception cause;

  /** Called by the producer's thread. */
  void blow(Exception failure) {
    cause = failure;
  }

  /**
   * @throws KafkaException when a send failed
   */
  void check() {
    Exception failure = cause;
    if (failure != null) {
      throw new KafkaException(
          "A record could not be sent, so nothing is committed and the frames are read again: "
              + failure.getMessage(),
          failure);
    }
  }
}
