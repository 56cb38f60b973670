package io.s2stream.processor.topology;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;

/**
 * Shares what may be under way at a time between the tasks of this process. Thread-safe.
 *
 * <p>Bounds memory by the number of records, and time by their pace: all tasks wait for one device,
 * so a task's oldest record may stand behind everything else under way. A transaction is open
 * during that wait and must not time out.
 */
final class InFlightBudget {
  private static final double MAX_SECONDS = 10;

  private final int maxRecords;
  private final DoubleSupplier secondsPerRecord;
  private final AtomicInteger tasks = new AtomicInteger();

  /**
   * @param maxRecords of all tasks together, at least 1; each task may always have one
   * @param secondsPerRecord what the device takes for a record at present; 0 while unknown
   */
  InFlightBudget(int maxRecords, DoubleSupplier secondsPerRecord) {
    this.maxRecords = maxRecords;
    this.secondsPerRecord = secondsPerRecord;
  }

  void taskStarted() {
    tasks.incrementAndGet();
  }

  void taskEnded() {
    tasks.decrementAndGet();
  }

  /** Records that one task may have under way now, at least 1. */
  int recordsPerTask() {
    double seconds = secondsPerRecord.getAsDouble();
    double byPace = seconds > 0 ? MAX_SECONDS / seconds : maxRecords;
    return (int) Math.max(1, Math.min(maxRecords, byPace) / Math.max(1, tasks.get()));
  }
}
