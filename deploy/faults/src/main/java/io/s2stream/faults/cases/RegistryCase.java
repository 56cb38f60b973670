package io.s2stream.faults.cases;

import java.time.Duration;
import java.util.List;

import io.s2stream.faults.CaseRun;
import io.s2stream.faults.FaultCase;
import io.s2stream.faults.Trial;
import io.s2stream.faults.Verdict;
import io.s2stream.faults.child.ChildOptions;
import io.s2stream.faults.frames.FramePlan;
import io.s2stream.faults.process.ProcessorProcess;
import io.s2stream.faults.process.RegistryProcess;
import io.s2stream.processor.Guarantee;

/**
 * The schema registry is killed while frames come, a processor that has not met it yet starts
 * meanwhile, and the registry comes back.
 */
public final class RegistryCase implements FaultCase {
  @Override
  public String name() {
    return "kill-registry";
  }

  @Override
  public String about() {
    return "registry killed, processors killed meanwhile, registry started again: nothing lost, no"
        + " crash";
  }

  @Override
  public List<Guarantee> quickGuarantees() {
    return List.of(Guarantee.AT_LEAST_ONCE);
  }

  @Override
  public Verdict run(CaseRun run) throws Exception {
    int rounds = run.figure(5, 1);
    FramePlan plan = FramePlan.raw(run.figure(20_000, 1_000), 4);
    String topic = Trial.topicOf(run);
    try (RegistryProcess registry =
            RegistryProcess.start(run.directory(), topic + "-frames", topic + "-features");
        Trial trial = new Trial(run, plan, run.broker(), registry.url(), topic)) {
      ProcessorProcess processor = trial.processor(ChildOptions.sound(2, run.seed()));
      for (int round = 0; round < rounds; round++) {
        trial.feeder().upTo((round + 0.5) / rounds);
        trial.awaitPart((round + 0.2) / rounds, Duration.ofSeconds(60));
        registry.kill();
        run.say("registry killed");
        // The one that runs knows the schemas by now, a fresh one does not.
        run.pause(Duration.ofMillis(200), Duration.ofMillis(1_000));
        processor.killAndStartAgain();
        Thread.sleep(Duration.ofSeconds(run.figure(30, 8)).toMillis());
        registry.startAgain();
        run.say("registry back");
      }
      return trial.finish(rounds);
    }
  }
}
