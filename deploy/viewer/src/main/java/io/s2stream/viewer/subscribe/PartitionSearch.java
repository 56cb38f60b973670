package io.s2stream.viewer.subscribe;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.s2stream.config.KafkaSettings;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Finds the partitions of the topics that are read, each with its topic's identity: a topic that
 * was deleted and made again has the same name and may have the same offsets, but another identity,
 * which consumers aren't told. Owns a client. Used by one thread.
 */
final class PartitionSearch implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final ReadTopics topics;
  private final Admin admin;

  /**
   * @throws KafkaException if the client refuses its settings
   */
  PartitionSearch(KafkaSettings kafka, ReadTopics topics) {
    this.topics = topics;
    Map<String, Object> settings = kafka.admin();
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis());
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis());
    this.admin = Admin.create(settings);
  }

  /**
   * The partitions that are there now; none of a topic that isn't there.
   *
   * @throws KafkaException if the brokers don't answer
   */
  Map<TopicPartition, Uuid> partitions() throws InterruptedException {
    Set<String> names =
        topics.isTemplate()
            ? topics.among(answer(admin.listTopics().names()))
            : Set.of(topics.features(), topics.deadLetters());
    Map<TopicPartition, Uuid> found = new HashMap<>();
    for (KafkaFuture<TopicDescription> topic :
        admin.describeTopics(names).topicNameValues().values()) {
      try {
        add(answer(topic), found);
      } catch (UnknownTopicOrPartitionException e) {
        continue; // comes later, or was just deleted
      }
    }
    return found;
  }

  private static void add(TopicDescription topic, Map<TopicPartition, Uuid> found) {
    topic
        .partitions()
        .forEach(
            partition ->
                found.put(
                    new TopicPartition(topic.name(), partition.partition()), topic.topicId()));
  }

  private static <T> T answer(KafkaFuture<T> future) throws InterruptedException {
    try {
      return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException failed
          ? failed
          : new KafkaException(e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaException("The brokers did not describe the topics in " + TIMEOUT, e);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
