package io.s2stream.processor.topology;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the commits of one stream thread from passing frames that are still under way.
 *
 * <p>Kafka Streams takes a record for done when {@code process()} returns, while its frames still
 * wait for the device; it has no public hook before a commit. So every offset on its way to the
 * broker is lowered here to the oldest record of its partition without a forwarded result. That is
 * correct because each partition is forwarded in order.
 *
 * <p>Belongs to its thread, which initialises, closes and commits its tasks; only the fuse is
 * touched by the producer's thread.
 */
final class OffsetLedger {
  private static final long NEVER = Long.MAX_VALUE;

  private final Map<TopicPartition, InFlightQueue> queues = new HashMap<>();
  private final Map<TopicPartition, Long> committed = new HashMap<>();
  private final Map<TopicPartition, Long> inTransaction = new HashMap<>();
  private final Map<TopicPartition, Long> unprocessed = new HashMap<>(); // the last one read
  private final SendFuse fuse = new SendFuse();
  private long transaction;
  private long earlyNanos = NEVER; // between an early commit and the one before it
  private boolean uncommitted;
  private boolean waited;
  private @Nullable Boolean noLag; // null until asked for after a poll
  private long lastCommitNanos = System.nanoTime();
  private @Nullable Consumer<?, ?> consumer;

  /**
   * From now on commits of this thread for the partition respect this queue, in place of an earlier
   * one. Then the task is a new one for a partition that the consumer may have kept, and is made to
   * begin at the last commit.
   *
   * <p>Kafka Streams forgets that when a task in trouble was closed, to be begun again, and the
   * group rebalances before it is: it closes what it had kept of the task, makes a new one, and
   * that goes on where the consumer is. What was under way would be passed over, and lost.
   */
  void track(TopicPartition partition, InFlightQueue queue) {
    InFlightQueue before = queues.put(partition, queue);
    committed.remove(partition); // Another member may have had it meanwhile.
    unprocessed.remove(partition);
    noLag = null;
    if (before != null && consumer != null && consumer.assignment().contains(partition)) {
      queue.beginsLike(before);
      OffsetAndMetadata last = consumer.committed(Set.of(partition)).get(partition);
      if (last != null) {
        consumer.seek(partition, last);
      } else if (queue.firstOffset().isPresent()) {
        consumer.seek(partition, queue.firstOffset().getAsLong());
      }
    }
  }

  SendFuse fuse() {
    return fuse;
  }

  /** Called by the thread's main consumer at each poll: its commits go through this ledger. */
  void attached(Consumer<?, ?> mainConsumer) {
    consumer = mainConsumer;
    waited = false;
  }

  boolean isAttached() {
    return consumer != null;
  }

  /** A transaction of this thread begins. */
  void transactionBegan() {
    transaction++;
    inTransaction.clear();
  }

  /** The open transaction was committed, and with it the offsets last lowered for it. */
  void transactionCommitted() {
    committed.putAll(inTransaction);
    inTransaction.clear();
  }

  /**
   * Commits what may be committed of these offsets, if it is news.
   *
   * @param commit by the thread's consumer
   * @throws KafkaException when a send of this thread failed
   */
  void commit(
      Map<TopicPartition, OffsetAndMetadata> offsets,
      java.util.function.Consumer<Map<TopicPartition, OffsetAndMetadata>> commit) {
    fuse.check();
    Map<TopicPartition, OffsetAndMetadata> safe = lower(offsets);
    if (isNews(safe)) {
      commitBegins();
      commit.accept(safe);
      safe.forEach((partition, offset) -> committed.put(partition, offset.offset()));
    }
  }

  /**
   * A commit goes to the brokers now. Those of Kafka Streams that say nothing new don't, and keep
   * no early one waiting.
   */
  void commitBegins() {
    lastCommitNanos = System.nanoTime();
  }

  /**
   * Whether the brokers don't have these offsets yet. Kafka Streams commits at every interval in
   * which a punctuation ran, so as long as anything is under way: ten transactions a second that
   * would say the same while a slow tower is at work.
   */
  boolean isNews(Map<TopicPartition, OffsetAndMetadata> offsets) {
    return offsets.entrySet().stream()
        .anyMatch(
            entry -> !Objects.equals(committed.get(entry.getKey()), entry.getValue().offset()));
  }

  /**
   * The open transaction is given up, and with it the results sent in it. Their tasks must be
   * closed now; Kafka Streams forgets some when several sends of a thread fail at once.
   */
  void transactionAborted() {
    uncommitted = false; // there is nothing left to commit
    queues.values().stream()
        .filter(queue -> queue.wasSentIn(transaction) && !queue.isAbandoned())
        .forEach(InFlightQueue::lose);
  }

  /** A result of this queue was, or may have been, sent in the transaction that is open now. */
  void sent(InFlightQueue queue) {
    queue.sentIn(transaction);
    uncommitted = true;
  }

  /** The thread's consumer gave these to Kafka Streams. */
  void polled(ConsumerRecords<?, ?> records) {
    noLag = null;
    // In each partition's order, so the last one stays.
    records.forEach(
        record ->
            unprocessed.put(
                new TopicPartition(record.topic(), record.partition()), record.offset()));
  }

  /** Kafka Streams has given a record, read now or before, to the partition's processor. */
  void processed(TopicPartition partition, long offset) {
    unprocessed.remove(partition, offset);
  }

  /**
   * Whether nothing waits in Kafka, as far as the brokers' last answer tells, nor read in Kafka
   * Streams. To be asked for only when a commit waits for it, and the lag once a poll, not by each
   * task: under the {@code streams} protocol another thread knows it.
   */
  boolean isDrained() {
    if (consumer == null) {
      return false;
    }
    unprocessed.keySet().retainAll(consumer.assignment());
    if (!unprocessed.isEmpty()) {
      return false;
    }
    if (noLag == null) {
      noLag = hasNoLag(consumer);
    }
    return noLag;
  }

  private static boolean hasNoLag(Consumer<?, ?> consumer) {
    try {
      return consumer.assignment().stream()
          .allMatch(partition -> consumer.currentLag(partition).orElse(1) == 0);
    } catch (TimeoutException e) {
      return false;
    }
  }

  /** A send of this thread had to wait for the broker. */
  void waitedForASend() {
    waited = true;
  }

  /**
   * Whether one did since the last poll: one more, and the poll may come too late for the group.
   */
  boolean hasWaitedForASend() {
    return waited;
  }

  /**
   * For how long the oldest record of a task is under way, in nanoseconds; of several tasks the
   * shortest time. Empty if nothing is.
   */
  OptionalLong nanosUnderWay() {
    long now = System.nanoTime();
    return queues.values().stream()
        .map(InFlightQueue::head)
        .filter(Objects::nonNull)
        .mapToLong(head -> now - head.startNanos())
        .min();
  }

  /** Whether a result can be forwarded. */
  boolean hasResult() {
    return queues.values().stream().anyMatch(InFlightQueue::hasResult);
  }

  /** Whether records that were read wait for room to be worked on. */
  boolean waitsForRoom() {
    return queues.values().stream().anyMatch(InFlightQueue::waitsForRoom);
  }

  /**
   * Results of this thread's tasks are committed as soon as they wait for nothing else, this time
   * after the last commit at the earliest.
   */
  void commitsEarly(Duration interval) {
    earlyNanos = interval.toNanos();
  }

  /** Whether results wait for an early commit, and nothing of this thread is under way. */
  boolean waitsForCommit() {
    return earlyNanos != NEVER
        && uncommitted
        && queues.values().stream().allMatch(InFlightQueue::isEmpty);
  }

  /** How long an early commit must wait to be long enough after the last one. */
  Duration untilEarlyCommit() {
    return Duration.ofNanos(Math.max(0, earlyNanos - (System.nanoTime() - lastCommitNanos)));
  }

  /** Whether it is time for an early commit, if one is waited for. */
  boolean mayCommitEarly() {
    return untilEarlyCommit().isZero() && isDrained();
  }

  /** Queues that can take no more records for now, by partition. A fresh map. */
  Map<TopicPartition, InFlightQueue> full() {
    Map<TopicPartition, InFlightQueue> full = new HashMap<>();
    queues.forEach(
        (partition, queue) -> {
          if (queue.isFull()) {
            full.put(partition, queue);
          }
        });
    return full;
  }

  /**
   * The offsets that may be committed now in place of the given ones; never higher, other
   * partitions untouched, none for a partition of which nothing was read yet.
   */
  Map<TopicPartition, OffsetAndMetadata> lower(Map<TopicPartition, OffsetAndMetadata> offsets) {
    uncommitted = false;
    Map<TopicPartition, OffsetAndMetadata> safe = new HashMap<>(offsets);
    queues.forEach(
        (partition, queue) -> {
          if (queue.isFresh()) {
            safe.remove(partition);
          } else {
            safe.computeIfPresent(partition, (p, offset) -> lower(offset, queue.oldestOffset()));
          }
        });
    return safe;
  }

  /**
   * As {@link #lower}, for offsets that are committed with the open transaction.
   *
   * @throws CommitFailedException when the transaction holds results of a partition whose offset
   *     isn't among these: they would be committed, read again, and come twice. That is so when
   *     Kafka Streams finds one task in trouble and commits the others before it closes that one.
   *     Also when results of one of these partitions went down with an earlier transaction. Kafka
   *     Streams then gives up the transaction and all tasks of the thread, and starts anew.
   */
  Map<TopicPartition, OffsetAndMetadata> lowerInTransaction(
      Map<TopicPartition, OffsetAndMetadata> offsets) {
    queues.forEach(
        (partition, queue) -> {
          if (queue.wasSentIn(transaction) && !offsets.containsKey(partition)) {
            throw new CommitFailedException(
                "The transaction holds features of "
                    + partition
                    + " without its offset; it is given up and the frames are read again");
          }
          if (queue.hasLost() && offsets.containsKey(partition)) {
            throw new CommitFailedException(
                "Features of "
                    + partition
                    + " went down with a transaction; its frames are read again");
          }
        });
    Map<TopicPartition, OffsetAndMetadata> safe = lower(offsets);
    safe.forEach((partition, offset) -> inTransaction.put(partition, offset.offset()));
    return safe;
  }

  /** Whether the open transaction holds results. */
  boolean isSentInTransaction() {
    return queues.values().stream().anyMatch(queue -> queue.wasSentIn(transaction));
  }

  private static OffsetAndMetadata lower(OffsetAndMetadata offset, OptionalLong oldest) {
    if (oldest.isEmpty() || oldest.getAsLong() >= offset.offset()) {
      return offset;
    }
    // The leader epoch belongs to the higher offset, so it can't go along.
    return new OffsetAndMetadata(oldest.getAsLong(), Optional.empty(), offset.metadata());
  }
}
