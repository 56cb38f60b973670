package io.s2stream.ingest;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * How long to wait before a lost source is opened again: at most 1 s at first, doubling up to 60 s,
 * each time less a random part of up to two fifths so that a fleet of cameras behind one switch
 * does not come back at once. Starts over after a minute of frames: a camera that answers and
 * breaks off again and again is not hammered. Not thread-safe.
 */
final class ReopenDelay {

  /** How long a source has to give frames before the next loss counts as the first one. */
  static final Duration HEALTHY = Duration.ofMinutes(1);

  private static final long FIRST_MILLIS = 1_000;
  private static final long LONGEST_MILLIS = 60_000;
  private static final double JITTER = 0.4;

  private final RandomGenerator random;
  private long nextMillis = FIRST_MILLIS;

  ReopenDelay() {
    this(new Random());
  }

  ReopenDelay(RandomGenerator random) {
    this.random = random;
  }

  /**
   * Returns the wait before the next attempt.
   *
   * @param worked how long the source gave frames before it was lost; zero if it gave none
   */
  Duration next(Duration worked) {
    if (worked.compareTo(HEALTHY) >= 0) {
      nextMillis = FIRST_MILLIS;
    }
    Duration delay = Duration.ofMillis(Math.round(nextMillis * (1 - JITTER * random.nextDouble())));
    nextMillis = Math.min(LONGEST_MILLIS, 2 * nextMillis);
    return delay;
  }
}
