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
import io.s2stream.faults.frames.Recount;
import io.s2stream.faults.process.ProcessorProcess;
import io.s2stream.faults.process.Vitals;
import io.s2stream.processor.Guarantee;

/**
 * A processor at full load for half an hour: its device is never without work, as the feeder stays
 * ahead of it. The first third warms it up; between the medians of the two other thirds nothing may
 * have grown by more than 2 %.
 */
public final class SoakCase implements FaultCase {
  private static final double MAX_GROWTH = 0.02;
  private static final int SAMPLES = 180;
  private static final int FEATURE_BYTES = 4 << 10;
  private static final int STREAMS = 8;

  /** Frames that are sent and not through yet: some ten seconds of work. */
  private static final long AHEAD = 8_000;

  /** More than can be under way: 32 frame batches (max-records-in-flight) of at most 8 frames. */
  private static final long MIN_WAITING = 32 * 8;

  /** More than any machine does; the plan ends when the time is over. */
  private static final long MAX_FRAMES_PER_SECOND = 4_000;

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
    long frames = run.soak().toSeconds() * MAX_FRAMES_PER_SECOND;
    FramePlan plan = new FramePlan(frames, STREAMS, STREAMS, 8, true);
    try (Trial trial = Trial.of(run, plan)) {
      ProcessorProcess processor =
          trial.processor(new ChildOptions(8, FEATURE_BYTES, 1, true, "", run.seed()));
      processor.awaitStarted(Duration.ofSeconds(120));
      trial.feeder().upTo((double) AHEAD / frames);
      while (trial.feeder().acknowledged() < AHEAD / 2) {
        Thread.sleep(100); // The feeder has a head start, whatever it shares the machine with.
      }
      List<Vitals> samples = new ArrayList<>();
      long first = through(trial);
      long started = System.nanoTime();
      for (int i = 1; i <= SAMPLES && processor.restarts() == 0; i++) {
        stayAhead(trial, frames, started + i * (run.soak().toNanos() / SAMPLES));
        samples.add(Vitals.of(processor.process()));
        checkLoad(trial, i);
        trial.deleteDone();
        if (i % 10 == 0) {
          run.say("%s, %d frames through", samples.get(i - 1), through(trial));
        }
      }
      long seconds = Duration.ofNanos(System.nanoTime() - started).toSeconds();
      trial.figure("frames-per-second", (through(trial) - first) / seconds);
      trial.feeder().end();
      check(trial, samples, "heap", Vitals::heapBytes);
      check(trial, samples, "resident memory", Vitals::residentBytes);
      check(trial, samples, "threads", Vitals::threads);
      return trial.finish(0);
    }
  }

  private static void stayAhead(Trial trial, long frames, long until) throws InterruptedException {
    while (System.nanoTime() < until) {
      trial.feeder().upTo((double) (through(trial) + AHEAD) / frames);
      Thread.sleep(200);
    }
  }

  private static void checkLoad(Trial trial, int sample) throws InterruptedException {
    long waiting = trial.feeder().acknowledged() - through(trial);
    if (waiting <= MIN_WAITING || trial.lag() <= 0) {
      trial.problem("no full load at sample %d: %d frames wait".formatted(sample, waiting));
    }
  }

  private static long through(Trial trial) {
    Recount recount = trial.checker().recount();
    return recount.frames() - recount.lost();
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
