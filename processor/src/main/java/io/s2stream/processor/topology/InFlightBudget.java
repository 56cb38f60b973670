package io.s2stream.processor.topology;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Shares what may be under way at a time between the tasks of this process; bounds the memory.
 * Thread-safe.
 */
final class InFlightBudget {
  private final int maxRecords;
  private final AtomicInteger tasks = new AtomicInteger();

  /**
   * @param maxRecords of all tasks together, at least 1; each task may always have one
   */
  InFlightBudget(int maxRecords) {
    this.maxRecords = maxRecords;
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
}
