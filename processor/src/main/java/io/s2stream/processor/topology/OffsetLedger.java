package io.s2stream.processor.topology;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Keeps commits from passing frames that are still under way.
 *
 * <p>Kafka Streams takes a record for done when {@code process()} returns, while its frames still
 * wait for the device; it has no public hook before a commit. So every offset on its way to the
 * broker is lowered here to the oldest record of its partition without a forwarded result. That is
 * correct because each partition is forwarded in order.
 *
 * <p>Kafka Streams initialises, closes and commits a task on its stream thread; what is tracked is
 * kept per thread, so that a partition that moves to another thread of the same process starts anew
 * there.
 */
final class OffsetLedger {
  private final ThreadLocal<Map<TopicPartition, InFlightQueue>> queues =
      ThreadLocal.withInitial(HashMap::new);
  private final ThreadLocal<SendFuse> fuse = ThreadLocal.withInitial(SendFuse::new);

  /**
   * From now on commits of this thread for the partition respect this queue, in place of an earlier
   * one.
   */
  void track(TopicPartition partition, InFlightQueue queue) {
    queues.get().put(partition, queue);
  }

  /** The fuse of the calling stream thread. */
  SendFuse fuse() {
    return fuse.get();
  }

  /**
   * The offsets that may be committed now in place of the given ones; never higher, other
   * partitions untouched, none for a partition of which nothing was read yet.
   */
  Map<TopicPartition, OffsetAndMetadata> lower(Map<TopicPartition, OffsetAndMetadata> offsets) {
    Map<TopicPartition, OffsetAndMetadata> safe = new HashMap<>(offsets);
    queues
        .get()
        .forEach(
            (partition, queue) -> {
              if (queue.isFresh()) {
                safe.remove(partition);
              } else {
                safe.computeIfPresent(
                    partition, (p, offset) -> lower(offset, queue.oldestOffset()));
              }
            });
    return safe;
  }

  private static OffsetAndMetadata lower(OffsetAndMetadata offset, OptionalLong oldest) {
    if (oldest.isEmpty() || oldest.getAsLong() >= offset.offset()) {
      return offset;
    }
    // The leader epoch belongs to the higher offset, so it can't go along.
    return new OffsetAndMetadata(oldest.getAsLong(), Optional.empty(), offset.metadata());
  }
}
