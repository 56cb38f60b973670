package io.s2stream.faults.cases;

import java.time.Duration;
import java.util.List;

import io.s2stream.faults.CaseRun;
import io.s2stream.faults.FaultCase;
import io.s2stream.faults.Trial;
import io.s2stream.faults.Verdict;
import io.s2stream.faults.child.ChildOptions;
import io.s2stream.faults.frames.FramePlan;
import io.s2stream.faults.frames.Recount;
import io.s2stream.faults.process.ProcessorProcess;
import io.s2stream.processor.Guarantee;

/**
 * SIGKILL with commit safety switched off. The checker must see a loss: if it doesn't, a verdict of
 * no loss in the other cases is worth nothing.
 */
public final class ControlCase implements FaultCase {
  private static final int PARTITIONS = 4;

  @Override
  public String name() {
    return "control";
  }

  @Override
  public String about() {
    return "SIGKILL with commit safety switched off: passes when the checker sees frames lost";
  }

  @Override
  public List<Guarantee> quickGuarantees() {
    return List.of(Guarantee.EXACTLY_ONCE);
  }

  @Override
  public Verdict run(CaseRun run) throws Exception {
    int kills = run.figure(5, 2);
    FramePlan plan = FramePlan.raw(run.figure(4_000, 600), PARTITIONS);
    try (Trial trial = Trial.of(run, plan)) {
      // Slow, so that much waits for the tower when it is killed.
      ChildOptions unsafe = new ChildOptions(100, 64, 1, false, "", run.seed());
      ProcessorProcess processor = trial.processor(unsafe);
      for (int kill = 1; kill <= kills; kill++) {
        trial.feeder().upTo((double) kill / kills);
        trial.awaitPart((kill - 0.8) / kills / 1.1, Duration.ofSeconds(60));
        run.pause(Duration.ofMillis(200), Duration.ofMillis(1_000));
        processor.killAndStartAgain();
      }
      trial.feeder().upTo(1);
      trial.awaitNoLag();
      trial.checkHarness();
      Recount recount = trial.checker().recount();
      if (recount.lost() == 0) {
        trial.problem("no loss was seen with commit safety switched off");
      }
      return trial.verdict(recount, kills);
    }
  }
}
