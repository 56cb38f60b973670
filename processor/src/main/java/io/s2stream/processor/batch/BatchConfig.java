package io.s2stream.processor.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.Problem;
import io.s2stream.config.Setting;

/** How frames of all streams are put together for the device. */
public record BatchConfig(
    @Setting(
            value =
                "Most frames given to the device at once, by all instances of the tower together; a record with more than an"
                    + " instance's share goes alone.",
            defaultValue = "8")
        int maxFrames,
    @Setting(
            value =
                "Longest time a frame waits for others to fill its batch; 0ms for the lowest latency.",
            defaultValue = "5ms")
        Duration maxLinger) {

  public BatchConfig {
    List<Problem> problems = new ArrayList<>();
    if (maxFrames < 1) {
      problems.add(new Problem("max-frames", "must be at least 1, found " + maxFrames));
    }
    if (maxLinger.isNegative() || maxLinger.compareTo(Duration.ofSeconds(10)) > 0) {
      problems.add(new Problem("max-linger", "must be between 0ms and 10s"));
    }
    if (!problems.isEmpty()) {
      throw new InvalidSettingException(problems);
    }
  }

  /**
   * For one of so many instances that work on a device side by side: each takes as long as one
   * alone.
   */
  public BatchConfig sharedBy(int instances) {
    return new BatchConfig((maxFrames + instances - 1) / instances, maxLinger);
  }
}
