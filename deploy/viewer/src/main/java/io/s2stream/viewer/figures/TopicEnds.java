package io.s2stream.viewer.figures;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.s2stream.config.KafkaSettings;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Asks the brokers where a topic ends and how far the processor has come. Used by one thread. */
final class TopicEnds implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  /** Topics get more partitions, but not often. */
  private static final int ASKED_WITH_THE_SAME = 15;

  private final Admin admin;
  private final String topic;
  private final String group;
  private Map<TopicPartition, OffsetSpec> partitions = Map.of();
  private int asked;

  /**
   * @throws KafkaException if the client refuses its settings
   */
  TopicEnds(KafkaSettings kafka, String topic, String group) {
    Map<String, Object> settings = kafka.admin();
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis());
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis());
    this.admin = Admin.create(settings);
    this.topic = topic;
    this.group = group;
  }

  /** The end of every partition; empty if the topic can't be read. */
  Map<TopicPartition, Long> ends() throws InterruptedException {
    try {
      if (partitions.isEmpty() || asked++ % ASKED_WITH_THE_SAME == 0) {
        partitions = partitions();
      }
      Map<TopicPartition, Long> ends = new HashMap<>();
      admin
          .listOffsets(partitions)
          .all()
          .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
          .forEach((partition, end) -> ends.put(partition, end.offset()));
      return ends;
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      partitions = Map.of();
      return Map.of(); // shown as unknown
    }
  }

  private Map<TopicPartition, OffsetSpec> partitions()
      throws ExecutionException, TimeoutException, InterruptedException {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    admin
        .describeTopics(List.of(topic))
        .allTopicNames()
        .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .values()
        .forEach(
            found ->
                found
                    .partitions()
                    .forEach(
                        p ->
                            latest.put(
                                new TopicPartition(topic, p.partition()), OffsetSpec.latest())));
    return latest;
  }

  /** Offsets that the processor has committed; empty if it can't be found out. */
  Map<TopicPartition, Long> committed() throws InterruptedException {
    Map<TopicPartition, Long> committed = new HashMap<>();
    try {
      Map<TopicPartition, OffsetAndMetadata> offsets =
          admin
              .listConsumerGroupOffsets(group)
              .partitionsToOffsetAndMetadata()
              .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      offsets.forEach(
          (partition, offset) -> {
            if (offset != null) {
              committed.put(partition, offset.offset());
            }
          });
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      return Map.of();
    }
    return committed;
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
