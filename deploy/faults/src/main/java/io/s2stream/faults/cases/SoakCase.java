package io.s2stream.faults.cases;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

import io.s2stream.faults.CaseRun;
import io.s2stream.faults.FaultCase;
import io.s2stream.faults.Trial;
import io.s2stream.faults.Verdict;
import io.s2stream.faults.child.ChildOptions;
import io.s2stream.faults.frames.FramePlan;
import io.s2stream.faults.process.ProcessorProcess;
import io.s2stream.faults.process.Vitals;
import io.s2stream.processor.Guarantee;

/**
 * A processor at full load for half an hour. The first third warms it up; between the medians of
 * the two other thirds nothing may have grown by more than 2 %.
 */
public final class SoakCase implements FaultCase {
  private static final double MAX_GROWTH = 0.02;
  private static final int SAMPLES = 180;
  private static final int FEATURE_BYTES = 4 << 10;

  /** Frames are sent as they are used up, so that the disk holds no more than it must. */
  private static final int FRAMES_PER_SECOND = 500;

  @Override
  public String name() {
    return "soak";
  }

  @Override
  public String about() {
    return "full load for half an hour: heap, resident memory and threads flat within 2 %";
  }

  @Override
  public List<Guarantee> guarantees() {
    return List.of(Guarantee.EXACTLY_ONCE);
  }

  @Override
  public boolean onlyFull() {
    return true;
  }

  @Override
  public Verdict run(CaseRun run) throws Exception {
    long frames = run.soak().toSeconds() * FRAMES_PER_SECOND / 8 * 8;
    try (Trial trial = Trial.of(run, new FramePlan(frames, 8, 8, 8, false))) {
      // 8 frames a batch and 8 ms: it can do some 1,000 a second and is never without work.
      ProcessorProcess processor =
          trial.processor(new ChildOptions(8, FEATURE_BYTES, 1, true, "", run.seed()));
      processor.awaitStarted(Duration.ofSeconds(120));
      List<Vitals> samples = new ArrayList<>();
      long pauseMillis = run.soak().toMillis() / SAMPLES;
      for (int i = 0; i < SAMPLES && processor.restarts() == 0; i++) {
        // Two samples ahead of what the time asks for: lag stands, and never ends.
        trial.feeder().upTo((i + 2.0) / SAMPLES);
        Thread.sleep(pauseMillis);
        samples.add(Vitals.of(processor.process()));
        if (i % 10 == 0) {
          run.say("%s, %d frames missing", samples.get(i), trial.checker().recount().lost());
        }
      }
      if (processor.restarts() > 0) {
        trial.problem("the processor ended by itself");
      } else {
        check(trial, samples, "heap", Vitals::heapBytes);
        check(trial, samples, "resident memory", Vitals::residentBytes);
        check(trial, samples, "threads", Vitals::threads);
      }
      return trial.finish(0);
    }
  }

  private static void check(
      Trial trial, List<Vitals> samples, String what, ToLongFunction<Vitals> value) {
    int third = samples.size() / 3;
    double before = median(samples.subList(third, 2 * third), value);
    double after = median(samples.subList(2 * third, samples.size()), value);
    if (after > before * (1 + MAX_GROWTH)) {
      trial.problem("%s grew from %.0f to %.0f after warm-up".formatted(what, before, after));
    }
  }

  private static double median(List<Vitals> samples, ToLongFunction<Vitals> value) {
    long[] sorted = samples.stream().mapToLong(value).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
