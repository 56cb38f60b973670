package io.s2stream.cli.dlq;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import io.s2stream.config.KafkaSettings;
import io.s2stream.schemas.topics.TopicException;
import io.s2stream.schemas.topics.TopicPreflight;
import io.s2stream.schemas.topics.TopicSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** The dead-letter topic, read from a set of positions to where it ends now. Not thread-safe. */
final class DeadLetterTopic implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(500);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;

  private DeadLetterTopic(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
    this.consumer = consumer;
    this.partitions = partitions;
  }

  /**
   * @param group whose committed offsets are read; null for none
   * @throws TopicException if the topic is not there or can't be reached
   */
  static DeadLetterTopic open(KafkaSettings kafka, String topic, @Nullable String group)
      throws TopicException, InterruptedException {
    int count;
    try (TopicPreflight preflight = TopicPreflight.connect(kafka, CONNECT_TIMEOUT)) {
      count = preflight.ensurePresent(new TopicSpec(topic, 0, -1, -1, false)).partitions();
    }
    Map<String, Object> config = new HashMap<>(kafka.consumer());
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 20);
    if (group != null) {
      config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    }
    List<TopicPartition> partitions = new ArrayList<>();
    for (int partition = 0; partition < count; partition++) {
      partitions.add(new TopicPartition(topic, partition));
    }
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.assign(partitions);
    return new DeadLetterTopic(consumer, partitions);
  }

  KafkaConsumer<byte[], byte[]> consumer() {
    return consumer;
  }

  List<TopicPartition> partitions() {
    return partitions;
  }

  /**
   * Reads on from the consumer's positions to the present end of every partition.
   *
   * @param goOn given each record in turn; false ends the reading
   */
  void read(Predicate<ConsumerRecord<byte[], byte[]>> goOn) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        if (record.offset() < ends.getOrDefault(partition, 0L) && !goOn.test(record)) {
          return;
        }
      }
    }
  }

  /** One record, or null if it isn't there. */
  @Nullable ConsumerRecord<byte[], byte[]> find(TopicPartition partition, long offset) {
    consumer.assign(List.of(partition));
    Map<TopicPartition, Long> first = consumer.beginningOffsets(List.of(partition));
    Map<TopicPartition, Long> end = consumer.endOffsets(List.of(partition));
    if (offset < first.getOrDefault(partition, 0L) || offset >= end.getOrDefault(partition, 0L)) {
      return null;
    }
    consumer.seek(partition, offset);
    while (consumer.position(partition) <= offset) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.offset() >= offset) {
          return record.offset() == offset ? record : null;
        }
      }
    }
    return null;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
