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
import io.s2stream.processor.Guarantee;

/** The processor can't reach its broker for a while: the cable, the broker, or its speed. */
public final class CutLinkCase implements FaultCase {
  private final Trouble trouble;

  /** What is wrong with the way to the broker. */
  public enum Trouble {
    /** Nothing passes for a minute (quick: ten seconds). */
    CUT("cut-link", "client cut off from the broker for a minute: goes on by itself, nothing lost"),
    /** The broker is there and does nothing, for as long. */
    FROZEN("frozen-broker", "broker stopped by SIGSTOP: goes on by itself, nothing lost"),
    /** Each small piece takes 50 ms. */
    SLOW("slow-link", "slow link to the broker: goes on by itself, nothing lost");

    private final String label;
    private final String about;

    Trouble(String label, String about) {
      this.label = label;
      this.about = about;
    }
  }

  public CutLinkCase(Trouble trouble) {
    this.trouble = trouble;
  }

  @Override
  public String name() {
    return trouble.label;
  }

  @Override
  public String about() {
    return trouble.about;
  }

  @Override
  public List<Guarantee> quickGuarantees() {
    return List.of(trouble == Trouble.FROZEN ? Guarantee.AT_LEAST_ONCE : Guarantee.EXACTLY_ONCE);
  }

  @Override
  public Verdict run(CaseRun run) throws Exception {
    FramePlan plan = FramePlan.raw(run.figure(20_000, 1_000), 4);
    try (Trial trial = Trial.of(run, plan)) {
      trial.processor(ChildOptions.sound(2, run.seed()), run.broker().linkedServers(), Map.of());
      trial.feeder().upTo(0.5);
      trial.awaitPart(0.2, Duration.ofSeconds(60));
      Duration length = Duration.ofSeconds(run.figure(60, 10));
      run.say("%s for %s", trouble.label, length);
      begin(run);
      try {
        if (trouble == Trouble.FROZEN) {
          Thread.sleep(length.toMillis());
        } else {
          trial.feeder().upTo(0.8); // lag grows meanwhile
          Thread.sleep(length.toMillis());
        }
      } finally {
        end(run);
      }
      run.say("over, %d frames missing", trial.checker().recount().lost());
      return trial.finish(0);
    }
  }

  private void begin(CaseRun run) throws Exception {
    switch (trouble) {
      case CUT -> run.broker().link().cut();
      case FROZEN -> run.broker().brokers().get(0).process().freeze();
      case SLOW -> run.broker().link().slowDown(Duration.ofMillis(50));
    }
  }

  private void end(CaseRun run) throws Exception {
    switch (trouble) {
      case CUT, SLOW -> run.broker().link().mend();
      case FROZEN -> run.broker().brokers().get(0).process().thaw();
    }
  }
}
