package io.s2stream.faults.frames;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * What the broker says of the frames topic.
 *
 * @param servers bootstrap servers on a link that no fault touches
 */
public record FramesTopic(String servers, String name, int partitions) {

  /** Messages in it; negative if the broker can't say now. */
  public long messages() throws InterruptedException {
    try (Admin admin = admin()) {
      return ends(admin).values().stream().mapToLong(end -> end).sum();
    } catch (ExecutionException e) {
      return -1;
    }
  }

  /**
   * Messages that the processors have not committed; as many as can be while the group is moving.
   *
   * @param group the processors' application id
   */
  public long lag(String group) throws InterruptedException {
    try (Admin admin = admin()) {
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      return ends(admin).entrySet().stream()
          .mapToLong(
              end -> {
                OffsetAndMetadata offset = committed.get(end.getKey());
                return end.getValue() - (offset == null ? 0 : offset.offset());
              })
          .sum();
    } catch (ExecutionException e) {
      return Long.MAX_VALUE;
    }
  }

  private Map<TopicPartition, Long> ends(Admin admin)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      latest.put(new TopicPartition(name, partition), OffsetSpec.latest());
    }
    Map<TopicPartition, Long> ends = new HashMap<>();
    admin.listOffsets(latest).all().get().forEach((key, end) -> ends.put(key, end.offset()));
    return ends;
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", servers));
  }
}
