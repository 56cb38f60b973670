package io.s2stream.faults.cases;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.s2stream.faults.CaseRun;
import io.s2stream.faults.FaultCase;
import io.s2stream.faults.Trial;
import io.s2stream.faults.Verdict;
import io.s2stream.faults.child.ChildOptions;
import io.s2stream.faults.frames.FramePlan;
import io.s2stream.faults.process.ProcessorProcess;
import io.s2stream.processor.Guarantee;

/**
 * Twelve processors, in two processes of six, of which one joins or leaves every 300 ms on average,
 * until four fifths of the frames are through or the time is over. They leave cleanly, as in a
 * rolling update or when a fleet is scaled.
 */
public final class RebalanceCase implements FaultCase {
  private static final int PROCESSES = 2;
  private static final double MAX_DUPLICATED = 0.01;

  @Override
  public String name() {
    return "rebalance-chaos";
  }

  @Override
  public String about() {
    return "twelve processors join and leave without rest: nothing lost, under 1 % twice"
        + " (at-least-once)";
  }

  @Override
  public List<Guarantee> guarantees() {
    return List.of(Guarantee.AT_LEAST_ONCE, Guarantee.EXACTLY_ONCE);
  }

  @Override
  public List<Guarantee> quickGuarantees() {
    return List.of(Guarantee.AT_LEAST_ONCE);
  }

  @Override
  public Verdict run(CaseRun run) throws Exception {
    int partitions = run.figure(80, 12);
    int instances = run.figure(12, 4);
    FramePlan plan = FramePlan.raw(run.figure(500_000, 6_000), partitions);
    try (Trial trial = Trial.of(run, plan)) {
      List<ProcessorProcess> processes = new ArrayList<>();
      for (int i = 0; i < PROCESSES; i++) {
        processes.add(
            trial.processor(
                new ChildOptions(0, 64, instances / PROCESSES, true, "", run.seed() + i)));
      }
      trial.feeder().upTo(0.9);
      for (ProcessorProcess process : processes) {
        process.awaitStarted(Duration.ofSeconds(180));
        process.process().command("toggle");
      }
      Duration chaos = Duration.ofSeconds(run.figure(600, 15));
      long end = System.nanoTime() + chaos.toNanos();
      long enough = plan.frames() / 5;
      while (trial.checker().recount().lost() > enough && System.nanoTime() < end) {
        Thread.sleep(200);
      }
      run.say("%d frames missing when the chaos ends", trial.checker().recount().lost());
      for (ProcessorProcess process : processes) {
        process.process().command("settle");
      }
      trial.feeder().upTo(1);
      for (ProcessorProcess process : processes) {
        run.say("toggled %s", process.process().await("settled", Duration.ofSeconds(240)));
      }
      return trial.finish(0, MAX_DUPLICATED);
    }
  }
}
