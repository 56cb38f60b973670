package io.s2stream.cli;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

import io.s2stream.config.KafkaSettings;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * What was in a topic at one moment, and how much of it a group has committed since. Not
 * thread-safe.
 */
final class TopicRange implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** Nothing was committed in so many questions: there may be nothing left to commit. */
  private static final int STANDING_STILL = 6;

  private static final Duration LOOK = Duration.ofSeconds(2);

  private final KafkaSettings kafka;
  private final Admin admin;
  private final String group;
  private final Map<TopicPartition, Long> begins;
  private final Map<TopicPartition, Long> ends;
  private final Set<TopicPartition> empty = new HashSet<>();
  private long lastDone = -1;
  private int still;

  /**
   * @param done records that are committed
   * @param total records in all
   */
  record Reading(long done, long total) {
    boolean isComplete() {
      return done >= total;
    }

    /** 0..1. */
    double fraction() {
      return total == 0 ? 1 : (double) done / total;
    }
  }

  private TopicRange(
      KafkaSettings kafka,
      Admin admin,
      String group,
      Map<TopicPartition, Long> begins,
      Map<TopicPartition, Long> ends) {
    this.kafka = kafka;
    this.admin = admin;
    this.group = group;
    this.begins = begins;
    this.ends = ends;
  }

  /**
   * Takes what is in the topic now.
   *
   * @param group whose commits count; need not be there yet
   * @throws CommandFailedException when the brokers don't answer
   */
  static TopicRange of(KafkaSettings kafka, String topic, String group)
      throws CommandFailedException, InterruptedException {
    Admin admin = Admin.create(kafka.admin());
    try {
      TopicDescription found =
          Objects.requireNonNull(
              get(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic));
      List<TopicPartition> partitions =
          found.partitions().stream().map(p -> new TopicPartition(topic, p.partition())).toList();
      return new TopicRange(
          kafka,
          admin,
          group,
          offsets(admin, partitions, OffsetSpec.earliest()),
          offsets(admin, partitions, OffsetSpec.latest()));
    } catch (CommandFailedException | InterruptedException | RuntimeException e) {
      admin.close(Duration.ofSeconds(1));
      throw e;
    }
  }

  private static Map<TopicPartition, Long> offsets(
      Admin admin, List<TopicPartition> partitions, OffsetSpec which)
      throws CommandFailedException, InterruptedException {
    Map<TopicPartition, OffsetSpec> question =
        partitions.stream().collect(Collectors.toMap(p -> p, p -> which));
    Map<TopicPartition, ListOffsetsResultInfo> answer = get(admin.listOffsets(question).all());
    Map<TopicPartition, Long> offsets = new HashMap<>();
    answer.forEach((partition, info) -> offsets.put(partition, info.offset()));
    return offsets;
  }

  /**
   * How far the group is.
   *
   * @throws CommandFailedException when the brokers don't answer
   */
  Reading now() throws CommandFailedException, InterruptedException {
    Map<TopicPartition, OffsetAndMetadata> committed =
        get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    Map<TopicPartition, Long> left = new HashMap<>();
    long done = 0;
    long total = 0;
    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
      TopicPartition partition = end.getKey();
      long begin = begins.getOrDefault(partition, 0L);
      @Nullable OffsetAndMetadata offset = committed.get(partition);
      long at = offset == null ? begin : Math.max(begin, Math.min(end.getValue(), offset.offset()));
      if (empty.contains(partition)) {
        at = end.getValue();
      } else if (at < end.getValue()) {
        left.put(partition, at);
      }
      done += at - begin;
      total += end.getValue() - begin;
    }
    still = done == lastDone ? still + 1 : 0;
    lastDone = done;
    if (still >= STANDING_STILL && !left.isEmpty()) {
      still = 0;
      findEmpty(left);
    }
    return new Reading(done, total);
  }

  /**
   * A topic may end in marks of transactions, or in records of one that was given up: nothing is
   * read there, and nothing is ever committed behind them.
   */
  private void findEmpty(Map<TopicPartition, Long> left) {
    Map<String, Object> config = kafka.consumer();
    config.put("isolation.level", "read_committed");
    config.put("max.poll.records", 1);
    ByteArrayDeserializer bytes = new ByteArrayDeserializer();
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(config, bytes, bytes)) {
      for (Map.Entry<TopicPartition, Long> entry : left.entrySet()) {
        TopicPartition partition = entry.getKey();
        consumer.assign(List.of(partition));
        consumer.seek(partition, entry.getValue());
        boolean hasRecords = !consumer.poll(LOOK).isEmpty();
        if (!hasRecords && consumer.position(partition) >= ends.getOrDefault(partition, 0L)) {
          empty.add(partition);
        }
      }
    }
  }

  private static <T> T get(org.apache.kafka.common.KafkaFuture<T> answer)
      throws CommandFailedException, InterruptedException {
    try {
      return answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new CommandFailedException("the brokers can't be asked: " + e.getCause());
    } catch (TimeoutException e) {
      throw new CommandFailedException(
          "the brokers don't answer within " + TIMEOUT.toSeconds() + " s");
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
