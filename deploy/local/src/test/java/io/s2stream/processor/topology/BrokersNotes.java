package io.s2stream.processor.topology;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** What brokers write about the offsets of groups and about transactions. */
final class BrokersNotes {
  private BrokersNotes() {}

  /** How many such records there have been. */
  static long count(Admin admin) throws Exception {
    Set<String> topics =
        new HashSet<>(admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get());
    topics.retainAll(Set.of("__consumer_offsets", "__transaction_state"));
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    admin
        .describeTopics(topics)
        .allTopicNames()
        .get()
        .forEach(
            (name, topic) ->
                topic
                    .partitions()
                    .forEach(
                        partition ->
                            ends.put(
                                new TopicPartition(name, partition.partition()),
                                OffsetSpec.latest())));
    return admin.listOffsets(ends).all().get().values().stream()
        .mapToLong(end -> end.offset())
        .sum();
  }
}
