package io.s2stream.viewer.subscribe;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.s2stream.schemas.topics.TopicNames;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * The topics that are read: features and dead letters. Features may be spread over topics that a
 * template names, which come and go. Immutable.
 *
 * @param features a topic's name, or the template of the processor's {@code features-topic}
 * @param deadLetters a topic's name
 * @param others topics that are never read, though the template may fit them
 */
public record ReadTopics(String features, String deadLetters, Set<String> others) {

  /** The partitions that are there now. */
  List<TopicPartition> partitions(Consumer<?, ?> consumer, Duration timeout) {
    Stream<PartitionInfo> found =
        TopicNames.isTemplate(features)
            ? matching(consumer.listTopics(timeout))
            : Stream.of(features, deadLetters)
                .flatMap(topic -> consumer.partitionsFor(topic, timeout).stream());
    return found.map(info -> new TopicPartition(info.topic(), info.partition())).toList();
  }

  private Stream<PartitionInfo> matching(Map<String, List<PartitionInfo>> topics) {
    Pattern names = TopicNames.of(features);
    return topics.entrySet().stream()
        .filter(
            topic ->
                topic.getKey().equals(deadLetters)
                    || (names.matcher(topic.getKey()).matches()
                        && !others.contains(topic.getKey())))
        .flatMap(topic -> topic.getValue().stream());
  }

  /** Whether a stream's features of different towers lie in different topics. */
  public boolean isByTower() {
    return features.contains("{tower}");
  }
}
