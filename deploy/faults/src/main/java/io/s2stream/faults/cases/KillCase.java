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

/** SIGKILL of one of two processors, at random moments. */
public final class KillCase implements FaultCase {
  private static final int PARTITIONS = 8;
  private static final int PROCESSORS = 2;
  private static final Duration MAX_WAIT = Duration.ofSeconds(30);

  @Override
  public String name() {
    return "kill-processor";
  }

  @Override
  public String about() {
    return "SIGKILL of a processor at random moments: nothing lost, nothing twice (exactly-once),"
        + " in order";
  }

  @Override
  public Verdict run(CaseRun run) throws Exception {
    int kills = run.figure(100, 3);
    FramePlan plan =
        new FramePlan(run.figure(100_000, 3_200), 2 * PARTITIONS, PARTITIONS, 3, false);
    try (Trial trial = Trial.of(run, plan)) {
      List<ProcessorProcess> processors = new ArrayList<>();
      for (int i = 0; i < PROCESSORS; i++) {
        processors.add(trial.processor(ChildOptions.sound(10, run.seed() + i)));
      }
      trial.feeder().upTo(1.0 / (kills + 1));
      trial.awaitPart(0.5 / (kills + 1), Duration.ofSeconds(120));
      for (int kill = 1; kill <= kills; kill++) {
        // Frames are let go kill by kill, so that none finds the work done.
        trial.feeder().upTo((kill + 1.0) / (kills + 1));
        awaitProgress(trial);
        run.pause(Duration.ZERO, Duration.ofMillis(2_000));
        processors.get(run.random().nextInt(PROCESSORS)).killAndStartAgain();
        if (kill % 10 == 0) {
          run.say("%d kills, %d frames missing", kill, trial.checker().recount().lost());
        }
      }
      return trial.finish(kills);
    }
  }

  /** Kills that hit nothing but processors which start would prove little. */
  private static void awaitProgress(Trial trial) throws InterruptedException {
    long before = trial.checker().recount().lost();
    long deadline = System.nanoTime() + MAX_WAIT.toNanos();
    while (trial.checker().recount().lost() == before && System.nanoTime() < deadline) {
      Thread.sleep(50);
    }
  }
}
