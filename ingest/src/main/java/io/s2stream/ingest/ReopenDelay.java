package io.s2stream.ingest;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before a lost live source is opened again: 1 s, doubling up to 60 s, each time
 * give or take a fifth so that a fleet of cameras behind one switch does not come back at once. Not
 * thread-safe.
 */
final class ReopenDelay {

  private static final long FIRST_MILLIS = 1_000;
  private static final long LONGEST_MILLIS = 60_000;
  private static final double JITTER = 0.2;

  private final RandomGenerator random;
  private long nextMillis = FIRST_MILLIS;

  ReopenDelay(RandomGenerator random) {
    this.random = random;
  }

  /** Returns the wait before the next attempt. */
  Duration next() {
    double factor = 1 - JITTER + 2 * JITTER * random.nextDouble();
    Duration delay = Duration.ofMillis(Math.round(nextMillis * factor));
    nextMillis = Math.min(LONGEST_MILLIS, 2 * nextMillis);
    return delay;
  }

  /** Starts over, after the source has worked. */
  void reset() {
    nextMillis = FIRST_MILLIS;
  }
}
