package io.s2stream.processor.topology;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Which partitions have taken a record of a producer not long ago, and so know the number that its
 * next one must have. Thread-safe.
 *
 * <p>Of a producer that it doesn't know a partition's leader takes any number: if the first batch
 * is refused, because the topic is so new that it has no leader say, the second would be taken in
 * its place, and the first refused for good. So nothing may follow the first until it is there.
 *
 * <p>Under exactly-once the transaction itself keeps the order; there this only spares it the wait
 * for a record that can't be sent any more.
 */
final class FirstSends {
  /**
   * Far less than the day after which brokers forget a producer ({@code
   * producer.id.expiration.ms}).
   */
  private static final Duration REMEMBERED = Duration.ofHours(1);

  private final Map<TopicPartition, Long> acknowledged = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  FirstSends(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Whether it may be the first that its partition gets; also if it names no partition. */
  boolean isFirst(ProducerRecord<?, ?> record) {
    if (record.partition() == null) {
      return true;
    }
    Long last = acknowledged.get(new TopicPartition(record.topic(), record.partition()));
    return last == null || nanoTime.getAsLong() - last > REMEMBERED.toNanos();
  }

  /** The partition has taken a record. */
  void acknowledged(String topic, int partition) {
    acknowledged.put(new TopicPartition(topic, partition), nanoTime.getAsLong());
  }
}
