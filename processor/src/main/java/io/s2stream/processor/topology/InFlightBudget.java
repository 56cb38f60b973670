package io.s2stream.processor.topology;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * Shares what may be under way at a time between the tasks of this process; bounds the memory.
 * Thread-safe.
 *
 * <p>Counted in records of the plan: a record that takes more heap counts as several. Of those that
 * are more than a task's whole share one is under way at a time in the process.
 */
final class InFlightBudget {
  private final int maxRecords;
  private final long recordBytes;
  private final AtomicInteger tasks = new AtomicInteger();
  private final AtomicReference<@Nullable Object> largeOne = new AtomicReference<>();

  /**
   * @param maxRecords of all tasks together, at least 1; each task may always have one
   * @param recordBytes heap that the largest record of the plan takes while it is under way
   */
  InFlightBudget(int maxRecords, long recordBytes) {
    this.maxRecords = maxRecords;
    this.recordBytes = recordBytes;
  }

  void taskStarted() {
    tasks.incrementAndGet();
  }

  void taskEnded() {
    tasks.decrementAndGet();
  }

  /** Records that one task may have under way now, at least 1. */
  int recordsPerTask() {
    return Math.max(1, maxRecords / Math.max(1, tasks.get()));
  }

  /** How many records of the plan take as much heap, rounded up; at least 1. */
  int records(long bytes) {
    return (int) Math.min(Integer.MAX_VALUE, 1 + Math.max(0, bytes - 1) / recordBytes);
  }

  /**
   * Takes the place of the one record that may be larger than a task's share.
   *
   * @return false while another has it
   */
  boolean takeLarge(Object record) {
    return largeOne.get() == record || largeOne.compareAndSet(null, record);
  }

  /** Frees that place, if this record has it. */
  void releaseLarge(Object record) {
    largeOne.compareAndSet(record, null);
  }
}
