package io.s2stream.viewer.subscribe;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.internals.AutoOffsetResetStrategy;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ReadTopicsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private static List<String> read(ReadTopics topics, String... present) {
    try (MockConsumer<byte[], byte[]> consumer =
        new MockConsumer<>(AutoOffsetResetStrategy.EARLIEST.name())) {
      for (String topic : present) {
        consumer.updatePartitions(topic, List.of(new PartitionInfo(topic, 0, null, null, null)));
      }
      return topics.partitions(consumer, TIMEOUT).stream()
          .map(TopicPartition::topic)
          .sorted()
          .toList();
    }
  }

  @Test
  void shouldReadTheTopicOfFeaturesAndThatOfDeadLetters() {
    ReadTopics topics = new ReadTopics("s2.features", "s2.dlq", Set.of("s2.frames"));

    assertThat(read(topics, "s2.features", "s2.features-old", "s2.frames", "s2.dlq"))
        .containsExactly("s2.dlq", "s2.features");
  }

  @Test
  void shouldReadAllTopicsThatATemplateCanNameButThoseOfOtherThings() {
    ReadTopics topics = new ReadTopics("s2.{stream}.f", "s2.dlq.f", Set.of("s2.frames.f"));

    assertThat(read(topics, "s2.lobby.f", "s2.x-0123abcd", "s2.lobby.g", "s2.frames.f", "s2.dlq.f"))
        .containsExactly("s2.dlq.f", "s2.lobby.f", "s2.x-0123abcd");
    assertThat(topics.isByTower()).isFalse();
  }
}
