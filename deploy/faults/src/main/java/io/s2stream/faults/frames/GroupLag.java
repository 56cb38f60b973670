package io.s2stream.faults.frames;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** How far the processors' committed offsets are behind the frames topic's ends. */
public final class GroupLag {
  private GroupLag() {}

  /**
   * Messages that are not committed; as many as can be while the group is moving.
   *
   * @param group the processors' application id
   */
  public static long of(String servers, String group, String topic, int partitions)
      throws InterruptedException {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      latest.put(new TopicPartition(topic, partition), OffsetSpec.latest());
    }
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      return admin.listOffsets(latest).all().get().entrySet().stream()
          .mapToLong(
              end -> {
                OffsetAndMetadata offset = committed.get(end.getKey());
                return end.getValue().offset() - (offset == null ? 0 : offset.offset());
              })
          .sum();
    } catch (ExecutionException e) {
      return Long.MAX_VALUE; // The group is moving.
    }
  }
}
