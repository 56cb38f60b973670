package io.s2stream.processor;

import java.time.Duration;

import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.Setting;

/** What is done with frames that are old when their turn comes. */
public record LateConfig(
    @Setting(
            value =
                "keep: every frame is processed, however old. drop: a frame batch whose newest frame is older than"
                    + " max-age when its turn comes is left out, counted, and marked in the feature topic by a record"
                    + " without features.",
            defaultValue = "keep")
        Policy policy,
    @Setting(
            value =
                "Age from which a frame is late, by its capture time; needs clocks that agree. Frames of files count"
                    + " from when they were decoded.",
            defaultValue = "10s")
        Duration maxAge) {

  /** Nothing is late, as when frames of long ago are processed. */
  static final LateConfig NONE = new LateConfig(Policy.KEEP, Duration.ofDays(1));

  /** See {@link #policy}. */
  public enum Policy {
    KEEP,
    DROP
  }

  public LateConfig {
    if (maxAge.toMillis() < 1) {
      throw new InvalidSettingException("max-age", "must be at least 1ms");
    }
  }
}
