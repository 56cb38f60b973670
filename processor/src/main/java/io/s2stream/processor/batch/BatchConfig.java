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
            value = "Most frames given to the device at once; a record with more goes alone.",
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
}
