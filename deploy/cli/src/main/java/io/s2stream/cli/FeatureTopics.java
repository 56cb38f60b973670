package io.s2stream.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * All partitions of the topics that a pattern fits, without a consumer group. Topics that are made
 * later are found within seconds and read from their beginning. Not thread-safe.
 */
final class FeatureTopics {
  private static final long LOOK_NANOS = 3_000_000_000L;

  private final KafkaConsumer<String, byte[]> consumer;
  private final Pattern names;
  private final boolean mayGrow;
  private final Set<TopicPartition> assigned = new HashSet<>();
  private long lookedNanos;

  private FeatureTopics(KafkaConsumer<String, byte[]> consumer, Pattern names, boolean mayGrow) {
    this.consumer = consumer;
    this.names = names;
    this.mayGrow = mayGrow;
  }

  /** One topic. */
  static FeatureTopics of(KafkaConsumer<String, byte[]> consumer, String topic) {
    return new FeatureTopics(consumer, Pattern.compile(Pattern.quote(topic)), false);
  }

  /** All whose whole name this fits. */
  static FeatureTopics like(KafkaConsumer<String, byte[]> consumer, Pattern names) {
    return new FeatureTopics(consumer, names, true);
  }

  /** Takes what is there. */
  void start(boolean fromBeginning) {
    List<TopicPartition> found = assignNew();
    if (fromBeginning || found.isEmpty()) {
      consumer.seekToBeginning(found);
    } else {
      consumer.seekToEnd(found);
      // Positions are looked up lazily: do it now, so that nothing sent from here on is missed.
      found.forEach(partition -> consumer.position(partition));
    }
  }

  /** As the consumer's, with topics that have been made meanwhile. */
  ConsumerRecords<String, byte[]> poll(Duration timeout) {
    if (mayGrow && System.nanoTime() - lookedNanos > LOOK_NANOS) {
      List<TopicPartition> found = assignNew();
      if (!found.isEmpty()) {
        consumer.seekToBeginning(found);
      }
    }
    if (assigned.isEmpty()) {
      LockSupport.parkNanos(timeout.toNanos()); // The consumer refuses to wait for nothing.
      return ConsumerRecords.empty();
    }
    return consumer.poll(timeout);
  }

  /** Keeps the places in those that are assigned already. */
  private List<TopicPartition> assignNew() {
    lookedNanos = System.nanoTime();
    List<TopicPartition> found = new ArrayList<>();
    for (Map.Entry<String, List<PartitionInfo>> topic : consumer.listTopics().entrySet()) {
      if (names.matcher(topic.getKey()).matches()) {
        topic.getValue().stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .filter(assigned::add)
            .forEach(found::add);
      }
    }
    if (!found.isEmpty()) {
      consumer.assign(assigned);
    }
    return found;
  }
}
