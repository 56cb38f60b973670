package io.s2stream.ingest;

import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.Setting;

/** The section {@code sampling}: which decoded frames go on. */
public record SamplingSettings(
    @Setting(
            value =
                "Frames per second to sample at most, above 0 and at most 1000. The nearest frame"
                    + " to each multiple of 1/fps seconds is taken, if there is one within half of"
                    + " that; none is ever repeated.",
            defaultValue = "2")
        double fps) {

  static final String EXPECTED_FPS = "expected more than 0, at most 1000";

  public SamplingSettings {
    if (!isFps(fps)) {
      throw new InvalidSettingException("fps", fps + ": " + EXPECTED_FPS);
    }
  }

  static boolean isFps(double fps) {
    return fps > 0 && fps <= 1000;
  }
}
