package io.s2stream.ingest.sample;

import java.time.Duration;

/**
 * Which frames of a stream go on.
 *
 * @param mode the rule that chooses
 * @param minDifference a chosen frame goes on only if it differs at least so much from the one that
 *     went on last, in levels of 0 to 255; 0 lets all go on. See {@link NearDuplicates}.
 * @param maxGap a frame goes on however little it differs when the last one lies so far back
 */
public record Sampling(SamplingMode mode, double minDifference, Duration maxGap) {

  public Sampling {
    if (!(minDifference >= 0 && minDifference <= 255)) {
      throw new IllegalArgumentException(minDifference + ": expected 0 to 255");
    }
    if (maxGap.isNegative() || maxGap.isZero()) {
      throw new IllegalArgumentException(maxGap + ": expected more than 0");
    }
  }

  /** Returns a sampling under which every frame that the rule chooses goes on. */
  public static Sampling of(SamplingMode mode) {
    return new Sampling(mode, 0, Duration.ofSeconds(10));
  }

  /** Returns {@link #of} for so many frames a second. */
  public static Sampling fps(double fps) {
    return of(new SamplingMode.Fps(fps));
  }
}
