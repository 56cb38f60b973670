package io.s2stream.local.check;

import java.time.Duration;
import java.util.Arrays;

/** Median of the latest latencies and the largest of all. Not thread-safe. */
final class LatencyStats {
  private static final int WINDOW = 1_000;

  private final long[] latestMicros = new long[WINDOW];
  private long count;
  private long maxMicros;

  void add(long micros) {
    latestMicros[(int) (count % WINDOW)] = micros;
    count++;
    maxMicros = Math.max(maxMicros, micros);
  }

  /** Zero if there are none yet. */
  Duration median() {
    int size = (int) Math.min(count, WINDOW);
    if (size == 0) {
      return Duration.ZERO;
    }
    long[] sorted = Arrays.copyOf(latestMicros, size);
    Arrays.sort(sorted);
    return Duration.ofNanos(sorted[size / 2] * 1_000);
  }

  Duration max() {
    return Duration.ofNanos(maxMicros * 1_000);
  }
}
