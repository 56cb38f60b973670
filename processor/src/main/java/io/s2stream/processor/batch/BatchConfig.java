package io.s2stream.processor.batch;

import io.s2stream.config.Setting;
import java.time.Duration;

/** How frames of all streams are put together for the device. */
public record BatchConfig(
    @Setting(
            value = "Most frames given to the device at once; a record with more goes alone.",
            defaultValue = "8")
        int maxFrames,
    @Setting(
            value = "Longest time a frame waits for others to fill its batch; 0ms for the lowest latency.",
            defaultValue = "5ms")
        Duration maxLinger) {

  public BatchConfig {
    if (maxFrames < 1) {
      throw new IllegalArgumentException("max-frames must be at least 1, found " + maxFrames);
    }
    if (maxLinger.isNegative() || maxLinger.compareTo(Duration.ofSeconds(10)) > 0) {
      throw new IllegalArgumentException("max-linger must be between 0ms and 10s, found " + maxLinger.toMillis() + "ms");
    }
  }
}
