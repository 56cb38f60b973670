package io.s2stream.viewer.subscribe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/**
 * Which partitions are read at present, and from where. A partition that is wanted is read on and
 * on; the others are paused, and every now and then read from a little before their end. Whatever
 * is further behind than may be read is skipped, so that what is shown is new and the work bounded,
 * however much is written. A partition whose topic was deleted and made again is read like a new
 * one. Used by one thread.
 */
final class Reading {
  private static final Duration NEW_PARTITIONS = Duration.ofSeconds(10);
  private static final Duration NO_PARTITIONS = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final long MIN_NANOS_BETWEEN_LOOKS = Duration.ofMillis(250).toNanos();
  private static final int LEAST_RECORDS = 4;

  private final Consumer<?, ?> consumer;
  private final Partitions partitions;
  private final long sampleNanos;
  private final long sampleBytes;
  private final Map<TopicPartition, Long> sampledUntil = new HashMap<>();
  private final Map<TopicPartition, Long> ends = new HashMap<>();
  private final Map<TopicPartition, Long> readUntil = new HashMap<>(); // of those gone as well
  private final Map<TopicPartition, Uuid> identities = new HashMap<>(); // of those gone as well
  private final Set<TopicPartition> begunAnew = new HashSet<>(); // and identity not known yet
  private final Set<TopicPartition> live = new HashSet<>();
  private double meanBytes = 1 << 16;
  private long assignedNanos = System.nanoTime() - NEW_PARTITIONS.toNanos();
  private long lookedNanos = System.nanoTime() - NEW_PARTITIONS.toNanos() * 1_000;
  private long wishesMet = -1;

  /** Finds what there is to read. */
  interface Partitions {
    /** The partitions that are there now, each with the identity of its topic. */
    Map<TopicPartition, Uuid> find() throws InterruptedException;
  }

  Reading(
      Consumer<?, ?> consumer, Partitions partitions, Duration sampleInterval, long sampleBytes) {
    this.consumer = consumer;
    this.partitions = partitions;
    this.sampleNanos = sampleInterval.toNanos();
    this.sampleBytes = sampleBytes;
  }

  boolean isEmpty() {
    return consumer.assignment().isEmpty();
  }

  /** Finds new partitions and settles what to read next, when it is time to. */
  void look(Subscription.Listener listener) throws InterruptedException {
    long wishes = listener.wishes();
    long now = System.nanoTime();
    Duration interval = isEmpty() ? NO_PARTITIONS : NEW_PARTITIONS;
    if (now - assignedNanos >= interval.toNanos()) {
      assignedNanos = now;
      assign(listener);
    }
    if (!isEmpty() && isTime(now) && (wishes != wishesMet || now - lookedNanos >= sampleNanos)) {
      lookedNanos = now;
      wishesMet = wishes;
      settle(listener);
    }
  }

  /** Looks for partitions soon: reading failed, and a topic may be gone. */
  void doubt() {
    assignedNanos = System.nanoTime() - NEW_PARTITIONS.toNanos();
  }

  private boolean isTime(long now) {
    return now - lookedNanos >= MIN_NANOS_BETWEEN_LOOKS;
  }

  private void assign(Subscription.Listener listener) throws InterruptedException {
    Map<TopicPartition, Uuid> identified = partitions.find();
    Set<TopicPartition> found = identified.keySet();
    if (!consumer.assignment().equals(found)) {
      List<TopicPartition> fresh = new ArrayList<>(found);
      fresh.removeAll(consumer.assignment());
      consumer.assign(found);
      if (!fresh.isEmpty()) { // of none would mean of all
        consumer.seekToBeginning(fresh);
      }
      ends.keySet().retainAll(found);
      sampledUntil.keySet().retainAll(found);
      live.retainAll(found);
      wishesMet = -1;
    }
    identified.forEach((partition, identity) -> identify(partition, identity, listener));
  }

  /** Offsets alone don't tell: those of before may all be there again. */
  private void identify(TopicPartition partition, Uuid identity, Subscription.Listener listener) {
    Uuid before = identities.put(partition, identity);
    boolean isOther = before != null && !before.equals(identity);
    if (isOther && !begunAnew.remove(partition)) {
      beginAnew(partition, listener);
      wishesMet = -1;
    }
  }

  private void settle(Subscription.Listener listener) {
    Collection<TopicPartition> all = consumer.assignment();
    ends.putAll(consumer.endOffsets(all, TIMEOUT));
    for (TopicPartition partition : all) {
      if (end(partition) < readUntil.getOrDefault(partition, 0L)) {
        beginAnewUnidentified(partition, listener);
      }
    }
    Set<TopicPartition> wanted = new HashSet<>(all);
    wanted.removeIf(partition -> !listener.wants(partition));
    List<TopicPartition> hidden = all.stream().filter(p -> !wanted.contains(p)).toList();
    boolean little =
        hidden.stream().mapToLong(this::behind).sum() * meanBytes <= (double) sampleBytes;
    for (TopicPartition partition : all) {
      boolean follow = little || wanted.contains(partition);
      int sharers = Math.max(1, wanted.contains(partition) ? wanted.size() : hidden.size());
      long most = (long) Math.max(LEAST_RECORDS, sampleBytes / meanBytes / sharers);
      if (behind(partition) > most || listener.wantsAgain(partition)) {
        consumer.seek(partition, Math.max(0, end(partition) - most));
        live.remove(partition);
      }
      if (follow) {
        sampledUntil.remove(partition);
      } else {
        sampledUntil.put(partition, end(partition));
        live.remove(partition);
      }
    }
    consumer.resume(all);
    rest();
  }

  /**
   * Its offsets went back, which shows sooner than its topic's identity, or if replicas got lost.
   */
  private void beginAnewUnidentified(TopicPartition partition, Subscription.Listener listener) {
    beginAnew(partition, listener);
    begunAnew.add(partition);
    doubt();
  }

  private void beginAnew(TopicPartition partition, Subscription.Listener listener) {
    readUntil.remove(partition);
    live.remove(partition);
    consumer.seekToBeginning(List.of(partition));
    listener.onAnew(partition);
  }

  /**
   * Goes on where there is something to read.
   *
   * @param lost positions that the brokers don't have: deleted by retention, or of a topic that was
   *     deleted as a whole and made again
   */
  void recover(Map<TopicPartition, Long> lost, Subscription.Listener listener) {
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(lost.keySet(), TIMEOUT);
    lost.forEach(
        (partition, offset) -> {
          if (offset > beginnings.getOrDefault(partition, 0L)) {
            beginAnewUnidentified(partition, listener);
          } else {
            live.remove(partition);
            consumer.seekToBeginning(List.of(partition));
          }
        });
    wishesMet = -1;
  }

  private long behind(TopicPartition partition) {
    return Math.max(0, end(partition) - consumer.position(partition, TIMEOUT));
  }

  private long end(TopicPartition partition) {
    return ends.getOrDefault(partition, 0L);
  }

  /** Whether a record was read as soon as it was there. Learns the size of records as well. */
  boolean isLive(ConsumerRecord<?, ?> message) {
    meanBytes += (Math.max(64, message.serializedValueSize()) - meanBytes) / 16;
    TopicPartition partition = new TopicPartition(message.topic(), message.partition());
    readUntil.merge(partition, message.offset() + 1, Math::max);
    return live.contains(partition);
  }

  /** Pauses what has been sampled, and notes what has been caught up with; after each poll. */
  void rest() {
    for (TopicPartition partition : consumer.assignment()) {
      Long until = sampledUntil.get(partition);
      long position = consumer.position(partition, TIMEOUT);
      if (until != null && position >= until) {
        consumer.pause(List.of(partition));
      } else if (until == null && position >= end(partition)) {
        live.add(partition);
      }
    }
  }
}
