package io.s2stream.ingest.sample;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Tells frames that hardly differ from the one that went on last.
 *
 * <p>The measure is the mean absolute difference of two thumbnails in levels of luma, 0 to 255. A
 * thumbnail is small, each of its cells the mean of the pixels it covers: so noise averages out and
 * what changes in a part p of the picture by d levels counts p·d. The comparison is with the frame
 * that went on, not with the one before, so slow changes add up until they are seen.
 *
 * <p>Not thread-safe: one per reading of a stream.
 */
public final class NearDuplicates {

  private final double minDifference;
  private final long maxGapMicros;
  private byte @Nullable [] last;
  private long lastMicros;

  public NearDuplicates(double minDifference, Duration maxGap) {
    this.minDifference = minDifference;
    this.maxGapMicros = maxGap.toNanos() / 1000;
  }

  /**
   * Returns whether a frame goes on, and if so remembers it.
   *
   * @param thumbnail its luma, one byte a cell, 0 to 255; all of a stream of one length; not
   *     changed afterwards
   * @param ptsMicros its time; further than the gap from the last one, in either direction, it goes
   *     on
   * @param mustGoOn whether it goes on even so, as after a loss
   */
  public boolean goesOn(byte[] thumbnail, long ptsMicros, boolean mustGoOn) {
    boolean keep =
        mustGoOn
            || last == null
            || Math.abs(ptsMicros - lastMicros) >= maxGapMicros
            || difference(last, thumbnail) >= minDifference;
    if (keep) {
      last = thumbnail;
      lastMicros = ptsMicros;
    }
    return keep;
  }

  /** Returns the mean absolute difference in levels. */
  static double difference(byte[] a, byte[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "thumbnails of " + a.length + " and " + b.length + " cells");
    }
    long sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs((a[i] & 0xff) - (b[i] & 0xff));
    }
    return (double) sum / a.length;
  }
}
