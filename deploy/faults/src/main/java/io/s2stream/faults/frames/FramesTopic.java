package io.s2stream.faults.frames;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;

/**
 * What the broker says of the frames topic.
 *
 * @param servers bootstrap servers on a link that no fault touches
 */
public record FramesTopic(String servers, String name, int partitions) {
  private static final int ATTEMPTS = 10;
  private static final int PAUSE_MS = 500;

  /** Messages that were ever in it; negative if the broker can't say, asked several times. */
  public long messages() throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try (Admin admin = admin()) {
        return ends(admin).values().stream().mapToLong(end -> end).sum();
      } catch (ExecutionException e) {
        if (attempt == ATTEMPTS) {
          return -1;
        }
        Thread.sleep(PAUSE_MS);
      }
    }
  }

  /**
   * Messages that the processors have not committed; as many as can be while the group is moving.
   *
   * @param group the processors' application id
   */
  public long lag(String group) throws InterruptedException {
    try (Admin admin = admin()) {
      Map<TopicPartition, Long> committed = committed(admin, group);
      return ends(admin).entrySet().stream()
          .mapToLong(end -> end.getValue() - committed.getOrDefault(end.getKey(), 0L))
          .sum();
    } catch (ExecutionException e) {
      return Long.MAX_VALUE;
    }
  }

  /**
   * Lets the broker delete what is not needed any more, when it next looks for it.
   *
   * @param group the processors' application id; frames that they committed go
   * @param read records of other partitions before these offsets go as well
   */
  public void deleteDone(String group, Map<TopicPartition, Long> read) throws InterruptedException {
    try (Admin admin = admin()) {
      Map<TopicPartition, Long> done = new HashMap<>(read);
      done.putAll(committed(admin, group));
      Map<TopicPartition, RecordsToDelete> before = new HashMap<>();
      done.forEach((key, offset) -> before.put(key, RecordsToDelete.beforeOffset(offset)));
      admin.deleteRecords(before).all().get();
    } catch (ExecutionException e) {
      return; // Tried again with the next sample.
    }
  }

  private static Map<TopicPartition, Long> committed(Admin admin, String group)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, Long> committed = new HashMap<>();
    admin
        .listConsumerGroupOffsets(group)
        .partitionsToOffsetAndMetadata()
        .get()
        .forEach(
            (key, offset) -> {
              if (offset != null) {
                committed.put(key, offset.offset());
              }
            });
    return committed;
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
