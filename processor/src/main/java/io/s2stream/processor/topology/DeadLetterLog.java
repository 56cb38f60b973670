package io.s2stream.processor.topology;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

import io.s2stream.processor.fault.FaultReason;
import io.s2stream.processor.fault.FrameFaultException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One log line for each reason and interval, however many dead letters there are; the next line of
 * that reason says how many had none. The metric counts them all. Thread-safe.
 */
final class DeadLetterLog {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterLog.class);

  private final Duration interval;
  private final LongSupplier nanoClock;
  private final Map<FaultReason, Line> lines = new EnumMap<>(FaultReason.class);

  /** When a reason was last logged, and how many came since. */
  private record Line(long atNanos, long suppressed) {}

  /**
   * @param interval zero: every dead letter has its line
   */
  DeadLetterLog(Duration interval, LongSupplier nanoClock) {
    this.interval = interval;
    this.nanoClock = nanoClock;
  }

  /**
   * @param where {@code topic-partition@offset}
   */
  void log(String where, String deadLetterTopic, FrameFaultException fault) {
    long suppressed = suppressed(fault.reason());
    if (suppressed < 0) {
      return;
    }
    LOG.warn(
        "Frame batch {} goes to {} ({}{}): {}",
        where,
        deadLetterTopic,
        fault.reason().label(),
        suppressed == 0 ? "" : ", as did " + suppressed + " more since the last such line",
        fault.getMessage());
  }

  /** How many had no line since the last one; -1 when this one has none either. */
  private synchronized long suppressed(FaultReason reason) {
    long now = nanoClock.getAsLong();
    Line last = lines.get(reason);
    if (last != null && now - last.atNanos() < interval.toNanos()) {
      lines.put(reason, new Line(last.atNanos(), last.suppressed() + 1));
      return -1;
    }
    lines.put(reason, new Line(now, 0));
    return last == null ? 0 : last.suppressed();
  }
}
