package io.s2stream.processor.topology;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameBatch;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * The records of one task that were read but whose results aren't forwarded yet, in the order of
 * their offsets. The first ones are under way; the rest, which Kafka Streams had already read, wait
 * for their turn.
 *
 * <p>Invariant that the {@link OffsetLedger} lives on: a record is in here from before the first
 * thing that can fail until after its result was forwarded. Belongs to one stream thread.
 */
final class InFlightQueue {

  /** One record, from its arrival until its result was forwarded. */
  static final class Entry {
    private final long offset;
    private final Record<byte[], byte[]> record;
    private final CompletableFuture<FeatureRecord> result = new CompletableFuture<>();
    private @Nullable FrameBatch batch;
    private int records;
    private long startNanos;

    private Entry(long offset, Record<byte[], byte[]> record) {
      this.offset = offset;
      this.record = record;
    }

    /** In the task's partition. */
    long offset() {
      return offset;
    }

    /** As it was read: key, value, timestamp and headers. */
    Record<byte[], byte[]> record() {
      return record;
    }

    /** What the record holds, if it was read and had to wait for room; else null. */
    @Nullable FrameBatch batch() {
      return batch;
    }

    /** Keeps what was read until there is room for it. */
    void keep(FrameBatch read) {
      batch = read;
    }

    /** What to forward, or why not. */
    CompletableFuture<FeatureRecord> result() {
      return result;
    }

    /** {@link System#nanoTime} when its turn came. */
    long startNanos() {
      return startNanos;
    }
  }

  private final IntSupplier maxUnderWay;
  private final Deque<Entry> entries = new ArrayDeque<>();
  private final Deque<Entry> waiting = new ArrayDeque<>();
  private int recordsUnderWay;
  private OptionalLong firstOffset = OptionalLong.empty();
  private OptionalLong abandonedAt = OptionalLong.empty();
  private boolean fresh = true;
  private boolean abandoned;
  private boolean lost;
  private long lastTransaction = -1;

  /**
   * @param maxUnderWay records of the plan that may be under way now, at least 1
   */
  InFlightQueue(IntSupplier maxUnderWay) {
    this.maxUnderWay = maxUnderWay;
  }

  /**
   * Appends a record, which then waits for its turn. Does nothing when it was the last to come and
   * is still in here: Kafka Streams offers a record again when process() ended with a timeout.
   */
  void add(long offset, Record<byte[], byte[]> record) {
    fresh = false;
    if (firstOffset.isEmpty()) {
      firstOffset = OptionalLong.of(offset);
    }
    Entry last = entries.peekLast();
    if (last == null || last.offset != offset) {
      Entry entry = new Entry(offset, record);
      entries.addLast(entry);
      waiting.addLast(entry);
    }
  }

  /** The next record whose work may begin now, or null. */
  @Nullable Entry nextToStart() {
    return recordsUnderWay >= maxUnderWay.getAsInt() ? null : waiting.peekFirst();
  }

  /** Whether so many records of the plan may be under way besides what is. */
  boolean hasRoomFor(int records) {
    return recordsUnderWay + records <= maxUnderWay.getAsInt();
  }

  /**
   * The work on {@link #nextToStart} has begun.
   *
   * @param records of the plan that it counts as, at least 1
   */
  void started(int records) {
    Entry entry = waiting.removeFirst();
    entry.startNanos = System.nanoTime();
    entry.records = records;
    recordsUnderWay += records;
  }

  /** True when no more records should be read for now. */
  boolean isFull() {
    Entry next = waiting.peekFirst();
    boolean hasNoRoom = next != null && next.batch != null;
    return hasNoRoom
        || (!entries.isEmpty() && recordsUnderWay + waiting.size() >= maxUnderWay.getAsInt());
  }

  /**
   * True until the first record. Kafka Streams revives a task with its old offsets still in mind,
   * which are too high: what it had read is read again. Until then nothing may be committed at all.
   */
  boolean isFresh() {
    return fresh;
  }

  /** Takes the place of a queue of the same partition, of whose records none may be committed. */
  void beginsLike(InFlightQueue before) {
    firstOffset = before.firstOffset;
    lastTransaction = before.lastTransaction;
  }

  /** Offset of the first record that came to this queue, or to those whose place it took. */
  OptionalLong firstOffset() {
    return firstOffset;
  }

  /** The oldest record, if its turn has come. */
  @Nullable Entry head() {
    return entries.size() > waiting.size() ? entries.peekFirst() : null;
  }

  /** Whether the head's result is there. */
  boolean hasResult() {
    Entry head = head();
    return head != null && head.result.isDone();
  }

  /** Whether a record's turn has not come. */
  boolean waitsForRoom() {
    return !waiting.isEmpty();
  }

  /** Call only after the head's result was forwarded. */
  void removeHead() {
    recordsUnderWay -= entries.removeFirst().records;
  }

  /** All records, oldest first. */
  Iterable<Entry> entries() {
    return entries;
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Offset of the oldest record without a forwarded result: no commit may pass it. */
  OptionalLong oldestOffset() {
    Entry head = entries.peekFirst();
    return head == null ? abandonedAt : OptionalLong.of(head.offset());
  }

  void sentIn(long transaction) {
    lastTransaction = transaction;
  }

  /** True when a result of this queue may be part of that transaction. */
  boolean wasSentIn(long transaction) {
    return lastTransaction == transaction;
  }

  /** Results that were forwarded have gone down with their transaction. */
  void lose() {
    lost = true;
  }

  /** True when the task can't go on: its frames must be read again from the last commit. */
  boolean hasLost() {
    return lost;
  }

  /**
   * Gives the work up, frees its memory, and keeps the oldest offset: Kafka Streams may still
   * commit for a task whose processor it has closed.
   */
  void abandon() {
    abandonedAt = oldestOffset();
    abandoned = true;
    entries.forEach(entry -> entry.result().cancel(false));
    entries.clear();
    waiting.clear();
    recordsUnderWay = 0;
  }

  boolean isAbandoned() {
    return abandoned;
  }
}
