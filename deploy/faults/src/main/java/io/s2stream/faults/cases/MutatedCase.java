package io.s2stream.faults.cases;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.s2stream.faults.CaseRun;
import io.s2stream.faults.FaultCase;
import io.s2stream.faults.Trial;
import io.s2stream.faults.Verdict;
import io.s2stream.faults.child.ChildOptions;
import io.s2stream.faults.frames.FramePlan;
import io.s2stream.faults.frames.FrameStamp;
import io.s2stream.faults.frames.Mutation;
import io.s2stream.faults.process.ProcessorProcess;
import io.s2stream.faults.process.Vitals;
import io.s2stream.processor.Guarantee;

/** Damaged messages among good ones. */
public final class MutatedCase implements FaultCase {
  private static final int PARTITIONS = 4;
  private static final int OTHER_STREAM = 60_000;

  /** What the heap may hold more after it all than after its first part: caches fill, no more. */
  private static final long MAX_GROWTH_BYTES = 4 << 20;

  /** The same for the whole process, whose JVM also takes what it doesn't give back. */
  private static final long MAX_RESIDENT_GROWTH_BYTES = 32 << 20;

  @Override
  public String name() {
    return "mutated-messages";
  }

  @Override
  public String about() {
    return "bit flips, truncation, random Avro: each a dead letter or valid, no crash, no leak, no"
        + " lag";
  }

  @Override
  public List<Guarantee> quickGuarantees() {
    return List.of(Guarantee.EXACTLY_ONCE);
  }

  @Override
  public Verdict run(CaseRun run) throws Exception {
    int mutants = run.figure(10_000, 500);
    FramePlan plan = FramePlan.raw(run.figure(20_000, 1_000), PARTITIONS);
    try (Trial trial = Trial.of(run, plan)) {
      ProcessorProcess processor = trial.processor(ChildOptions.sound(1, run.seed()));
      processor.awaitStarted(Duration.ofSeconds(120));
      Vitals before = new Vitals(0, 0, 0);
      for (int i = 0; i < mutants; i++) {
        byte[] sound = trial.feeder().message(new FrameStamp(OTHER_STREAM, i), i % 2 == 1);
        trial.feeder().sendOther(i % PARTITIONS, "mutant-" + i, Mutation.of(sound, run.random()));
        if (i % 100 == 0) {
          trial.feeder().upTo((double) i / mutants);
        }
        if (i == mutants / 4) {
          trial.awaitPart(0.2, Duration.ofSeconds(120));
          before = Vitals.of(processor.process());
        }
      }
      trial.feeder().upTo(1);
      trial.awaitPart(1, Duration.ofSeconds(run.figure(180, 45)));
      trial.awaitNoLag();
      checkMutants(run, trial, mutants);
      check(run, trial, processor, before);
      return trial.finish(0);
    }
  }

  private static void checkMutants(CaseRun run, Trial trial, int mutants) {
    Map<String, Integer> found = trial.checker().others();
    int missing = 0;
    int repeated = 0;
    for (int i = 0; i < mutants; i++) {
      int times = found.getOrDefault("mutant-" + i, 0);
      missing += times == 0 ? 1 : 0;
      repeated += times > 1 ? 1 : 0;
    }
    run.say("%d damaged messages, %d in neither topic", mutants, missing);
    if (missing > 0) {
      trial.problem(missing + " damaged messages are in neither topic");
    }
    if (repeated > 0) {
      trial.problem(repeated + " damaged messages came more than once, without any restart");
    }
  }

  private static void check(CaseRun run, Trial trial, ProcessorProcess processor, Vitals before)
      throws Exception {
    Vitals after = Vitals.of(processor.process());
    run.say("vitals before %s, after %s", before, after);
    if (after.heapBytes() - before.heapBytes() > MAX_GROWTH_BYTES) {
      trial.problem("the heap grew from %s to %s".formatted(before, after));
    }
    if (after.residentBytes() - before.residentBytes() > MAX_RESIDENT_GROWTH_BYTES) {
      trial.problem("the process grew from %s to %s".formatted(before, after));
    }
  }
}
