package io.s2stream.processor.topology;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

import io.s2stream.schemas.FeatureRecord;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * The records of one task that were read but whose results aren't forwarded yet, in the order of
 * their offsets.
 *
 * <p>Invariant that the {@link OffsetLedger} lives on: a record is in here from before the first
 * thing that can fail until after its result was forwarded. Belongs to one stream thread.
 */
final class InFlightQueue {

  /**
   * One record under way.
   *
   * @param offset in the task's partition
   * @param record as it was read: key, value, timestamp and headers
   * @param result what to forward, or why not
   */
  record Entry(
      long offset, Record<byte[], byte[]> record, CompletableFuture<FeatureRecord> result) {}

  private final Deque<Entry> entries = new ArrayDeque<>();
  private OptionalLong abandonedAt = OptionalLong.empty();
  private boolean fresh = true;

  /** Appends a record. Its result is still open. */
  Entry add(long offset, Record<byte[], byte[]> record) {
    Entry entry = new Entry(offset, record, new CompletableFuture<>());
    entries.addLast(entry);
    fresh = false;
    return entry;
  }

  /**
   * True until the first record. Kafka Streams revives a task with its old offsets still in mind,
   * which are too high: what it had read is read again. Until then nothing may be committed at all.
   */
  boolean isFresh() {
    return fresh;
  }

  @Nullable Entry head() {
    return entries.peekFirst();
  }

  /** Call only after the head's result was forwarded. */
  void removeHead() {
    entries.removeFirst();
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  int size() {
    return entries.size();
  }

  /** Offset of the oldest record without a forwarded result: no commit may pass it. */
  OptionalLong oldestOffset() {
    Entry head = entries.peekFirst();
    return head == null ? abandonedAt : OptionalLong.of(head.offset());
  }

  /**
   * Gives the work up, frees its memory, and keeps the oldest offset: Kafka Streams may still
   * commit for a task whose processor it has closed.
   */
  void abandon() {
    abandonedAt = oldestOffset();
    entries.forEach(entry -> entry.result().cancel(false));
    entries.clear();
  }
}
