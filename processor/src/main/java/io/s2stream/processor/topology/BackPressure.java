package io.s2stream.processor.topology;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * Leaves records in Kafka while as many of their partition are under way as may be.
 *
 * <p>Waiting in {@code process()} instead would keep the thread from polling, and the group expels
 * a member that does not poll; it would also hold transactions open.
 */
final class BackPressure {
  private BackPressure() {}

  /**
   * Polls with the full partitions paused. Those that Kafka Streams has paused itself stay its own
   * business.
   */
  static ConsumerRecords<byte[], byte[]> poll(
      OffsetLedger ledger,
      Consumer<byte[], byte[]> consumer,
      Supplier<ConsumerRecords<byte[], byte[]>> poll) {
    ledger.attached(consumer);
    Map<TopicPartition, InFlightQueue> full = ledger.full();
    full.keySet().retainAll(consumer.assignment());
    full.keySet().removeAll(consumer.paused());
    if (full.isEmpty()) {
      ConsumerRecords<byte[], byte[]> records = poll.get();
      ledger.polled(records.count());
      return records;
    }
    consumer.pause(full.keySet());
    try {
      return poll.get(); // That nothing came says nothing of the partitions that are paused.
    } finally {
      resume(consumer, full);
    }
  }

  private static void resume(
      Consumer<byte[], byte[]> consumer, Map<TopicPartition, InFlightQueue> paused) {
    Set<TopicPartition> assigned = new HashSet<>(consumer.assignment());
    List<TopicPartition> ours = new ArrayList<>();
    paused.forEach(
        (partition, queue) -> {
          // A partition that left and came back within the poll has a new task, for which Kafka
          // Streams may have paused it.
          if (assigned.contains(partition) && !queue.isAbandoned()) {
            ours.add(partition);
          }
        });
    consumer.resume(ours);
  }
}
