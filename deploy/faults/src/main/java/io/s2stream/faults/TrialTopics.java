package io.s2stream.faults;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import io.s2stream.faults.process.Cluster;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * The topics of one trial: frames, features and dead letters.
 *
 * @param prefix of their names
 * @param partitions of each
 */
record TrialTopics(Cluster cluster, String prefix, int partitions) {
  private static final int MAX_MESSAGE_BYTES = 4 << 20;

  /** What is deleted goes segment by segment. */
  private static final int SEGMENT_BYTES = 16 << 20;

  private static final Duration LEADERS_TIMEOUT = Duration.ofSeconds(60);

  /** The frames topic first. */
  List<String> names() {
    return List.of(prefix + "-frames", prefix + "-features", prefix + "-dead-letters");
  }

  /** Makes them, and waits until they can be written to. */
  void create() throws ExecutionException, InterruptedException {
    try (Admin admin = admin()) {
      admin.createTopics(names().stream().map(this::topic).toList()).all().get();
      awaitLeaders(admin);
    }
  }

  private NewTopic topic(String name) {
    // What goes into the dead-letter topic has more headers than what came.
    int bytes = name.equals(names().get(0)) ? MAX_MESSAGE_BYTES : 2 * MAX_MESSAGE_BYTES;
    return new NewTopic(name, partitions, cluster.replicas())
        .configs(Map.of("max.message.bytes", "" + bytes, "segment.bytes", "" + SEGMENT_BYTES));
  }

  /**
   * Waits until the partitions' leaders serve. Before that a producer's first batch is refused and,
   * seen with Kafka 4.3.1, a later one of the same partition taken: as the broker knows no sequence
   * of the producer yet. The first is then out of sequence for good.
   */
  private void awaitLeaders(Admin admin) throws InterruptedException {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (String name : names()) {
      for (int partition = 0; partition < partitions; partition++) {
        latest.put(new TopicPartition(name, partition), OffsetSpec.latest());
      }
    }
    long deadline = System.nanoTime() + LEADERS_TIMEOUT.toNanos();
    while (true) {
      try {
        admin.listOffsets(latest).all().get();
        return;
      } catch (ExecutionException e) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("the topics have no leaders", e.getCause());
        }
        Thread.sleep(100);
      }
    }
  }

  /** Deletes them; where the broker refuses, says so and leaves them. */
  void delete(CaseRun run) {
    try (Admin admin = admin()) {
      admin.deleteTopics(names()).all().get();
    } catch (ExecutionException e) {
      run.say("topics stay: %s", "" + e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", cluster.servers()));
  }
}
