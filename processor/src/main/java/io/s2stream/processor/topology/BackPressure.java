package io.s2stream.processor.topology;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * How a stream thread's consumer is polled: records stay in Kafka while as many of their partition
 * are under way as may be, and a poll ends as soon as a result can be forwarded.
 *
 * <p>Waiting in {@code process()} instead would keep the thread from polling, and the group expels
 * a member that does not poll; it would also hold transactions open.
 */
final class BackPressure {
  /** Polls in the time of a forward: a result waits for the end of one. */
  private static final int SLICES_PER_FORWARD = 32;

  private static final Duration FOREVER = Duration.ofDays(1);
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final long LONGEST_NANOS = 20_000_000;

  /** How long what waits for room may do so, or for a commit. */
  private static final Duration WHILE_WAITING = Duration.ofMillis(5);

  private BackPressure() {}

  /**
   * Polls with the full partitions paused, until there are records, or the thread has other work to
   * do. Partitions that Kafka Streams has paused itself stay its own business.
   *
   * <p>A wake-up of the consumer would be quicker still, but it may come within a rebalance, and
   * then ends the commit there.
   *
   * @param timeout for which to wait at most
   */
  static ConsumerRecords<byte[], byte[]> poll(
      OffsetLedger ledger,
      Consumer<byte[], byte[]> consumer,
      Duration timeout,
      Function<Duration, ConsumerRecords<byte[], byte[]>> poll) {
    ledger.attached(consumer);
    Map<TopicPartition, InFlightQueue> full = ledger.full();
    full.keySet().retainAll(consumer.assignment());
    full.keySet().removeAll(consumer.paused());
    if (full.isEmpty()) {
      return inSlices(ledger, timeout, poll);
    }
    consumer.pause(full.keySet());
    try {
      return inSlices(ledger, timeout, poll);
    } finally {
      resume(consumer, full);
    }
  }

  private static ConsumerRecords<byte[], byte[]> inSlices(
      OffsetLedger ledger,
      Duration timeout,
      Function<Duration, ConsumerRecords<byte[], byte[]>> poll) {
    Duration most = shorter(timeout, most(ledger));
    long end = System.nanoTime() + most.toNanos();
    Duration left = most;
    while (true) {
      Duration slice = ledger.hasResult() ? Duration.ZERO : shorter(left, slice(ledger));
      ConsumerRecords<byte[], byte[]> records = poll.apply(slice);
      ledger.polled(records);
      left = Duration.ofNanos(end - System.nanoTime());
      // Positions may go on without records, past the end of a transaction of frames.
      if (!records.isEmpty()
          || !records.nextOffsets().isEmpty()
          || left.toMillis() <= 0
          || ledger.hasResult()) {
        return records;
      }
    }
  }

  /** How long a poll may take while nothing comes. */
  private static Duration most(OffsetLedger ledger) {
    if (ledger.waitsForCommit() && ledger.isDrained()) {
      return longer(SHORTEST, shorter(WHILE_WAITING, ledger.untilEarlyCommit()));
    }
    return ledger.waitsForRoom() || ledger.waitsForCommit() ? WHILE_WAITING : FOREVER;
  }

  /** As long as can be when nothing is under way: only a record ends the poll then. */
  private static Duration slice(OffsetLedger ledger) {
    OptionalLong underWay = ledger.nanosUnderWay();
    return underWay.isEmpty()
        ? FOREVER
        : Duration.ofNanos(
            Math.max(
                SHORTEST.toNanos(),
                Math.min(LONGEST_NANOS, underWay.getAsLong() / SLICES_PER_FORWARD)));
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? b : a;
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
