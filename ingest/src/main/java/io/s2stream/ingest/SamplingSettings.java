package io.s2stream.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.Problem;
import io.s2stream.config.Setting;
import io.s2stream.ingest.sample.Sampling;
import io.s2stream.ingest.sample.SamplingMode;
import org.jspecify.annotations.Nullable;

/** The section {@code sampling}: which decoded frames go on. At most one rule may be given. */
public record SamplingSettings(
    @Setting(
            value =
                "Frames per second to sample at most, above 0 and at most 1000. The nearest frame"
                    + " to each multiple of 1/fps seconds is taken, if there is one within half of"
                    + " that; none is ever repeated. 2 if no other rule is given.",
            optional = true)
        @Nullable Double fps,
    @Setting(value = "Takes the first frame and every n-th after it; at least 1.", optional = true)
        @Nullable Integer everyNth,
    @Setting(
            value = "Takes every keyframe; the decoder leaves out the rest, which saves most work.",
            defaultValue = "false")
        boolean keyframes,
    @Setting(
            value =
                "Takes so many frames, spread evenly from the first to the last as VILA does:"
                    + " round(linspace(0, n-1, N)). Files only, whose frames are counted first; a"
                    + " shorter video repeats frames.",
            optional = true)
        @Nullable Integer uniform,
    @Setting(value = "Takes every frame.", defaultValue = "false") boolean all,
    @Setting(
            value =
                "Of the frames taken, drops those that differ less from the last one that went on:"
                    + " mean absolute difference of luma over 32x32 cells, 0 to 255 levels. 0 drops"
                    + " none; 1 is a good start.",
            defaultValue = "0")
        double minDifference,
    @Setting(
            value = "With min-difference: a frame goes on, however equal, after this time.",
            defaultValue = "10s")
        Duration maxGap) {

  static final double DEFAULT_FPS = 2;

  public SamplingSettings {
    List<Problem> problems = new ArrayList<>();
    List<String> rules = rules(fps, everyNth, keyframes, uniform, all);
    if (rules.size() > 1) {
      problems.add(
          new Problem(
              rules.get(1),
              "given together with "
                  + rules.get(0)
                  + "; expected one of "
                  + String.join(", ", rules)));
    }
    if (fps != null && !(fps > 0 && fps <= SamplingMode.Fps.MAX)) {
      problems.add(
          new Problem("fps", fps + ": expected more than 0, at most " + SamplingMode.Fps.MAX));
    }
    if (everyNth != null && everyNth < 1) {
      problems.add(new Problem("every-nth", everyNth + ": expected at least 1"));
    }
    if (uniform != null && (uniform < 1 || uniform > SamplingMode.Uniform.MAX)) {
      problems.add(new Problem("uniform", uniform + ": expected 1 to " + SamplingMode.Uniform.MAX));
    }
    if (!(minDifference >= 0 && minDifference <= 255)) {
      problems.add(new Problem("min-difference", minDifference + ": expected 0 to 255 levels"));
    } else if (minDifference > 0 && uniform != null) {
      problems.add(
          new Problem("min-difference", "would make uniform give fewer frames than it says"));
    }
    if (maxGap.isNegative() || maxGap.isZero()) {
      problems.add(new Problem("max-gap", maxGap + ": expected more than 0"));
    }
    if (!problems.isEmpty()) {
      throw new InvalidSettingException(problems);
    }
  }

  private static List<String> rules(
      @Nullable Double fps,
      @Nullable Integer everyNth,
      boolean keyframes,
      @Nullable Integer uniform,
      boolean all) {
    List<String> rules = new ArrayList<>();
    if (fps != null) {
      rules.add("fps");
    }
    if (everyNth != null) {
      rules.add("every-nth");
    }
    if (keyframes) {
      rules.add("keyframes");
    }
    if (uniform != null) {
      rules.add("uniform");
    }
    if (all) {
      rules.add("all");
    }
    return rules;
  }

  /** Returns what these settings mean. */
  Sampling sampling() {
    return new Sampling(mode(), minDifference, maxGap);
  }

  private SamplingMode mode() {
    if (everyNth != null) {
      return new SamplingMode.EveryNth(everyNth);
    }
    if (uniform != null) {
      return new SamplingMode.Uniform(uniform);
    }
    if (keyframes) {
      return new SamplingMode.Keyframes();
    }
    return all ? new SamplingMode.All() : new SamplingMode.Fps(fps == null ? DEFAULT_FPS : fps);
  }
}
