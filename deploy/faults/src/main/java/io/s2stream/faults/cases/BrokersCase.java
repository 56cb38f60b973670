package io.s2stream.faults.cases;

import java.time.Duration;
import java.util.List;

import io.s2stream.faults.CaseRun;
import io.s2stream.faults.FaultCase;
import io.s2stream.faults.Trial;
import io.s2stream.faults.Verdict;
import io.s2stream.faults.child.ChildOptions;
import io.s2stream.faults.frames.FramePlan;
import io.s2stream.faults.process.BrokerProcess;
import io.s2stream.faults.process.Cluster;
import io.s2stream.processor.Guarantee;

/**
 * A cluster of three brokers, each of which is killed, and shut down in order, while frames come.
 */
public final class BrokersCase implements FaultCase {
  private static final Duration SHUTDOWN = Duration.ofSeconds(60);
  private static final Duration IN_SYNC = Duration.ofSeconds(180);

  @Override
  public String name() {
    return "bounce-brokers";
  }

  @Override
  public String about() {
    return "three brokers, each killed and cleanly restarted: nothing lost, nothing twice, in"
        + " order";
  }

  @Override
  public List<Guarantee> guarantees() {
    return List.of(Guarantee.EXACTLY_ONCE);
  }

  @Override
  public Verdict run(CaseRun run) throws Exception {
    FramePlan plan = FramePlan.raw(run.figure(60_000, 3_000), 6);
    int bounces = run.figure(6, 2);
    try (Cluster cluster = Cluster.ofThree(run.directory());
        Trial trial = new Trial(run, plan, cluster, run.registry().url(), Trial.topicOf(run))) {
      trial.processor(ChildOptions.sound(5, run.seed()));
      trial.processor(ChildOptions.sound(5, run.seed() + 1));
      trial.feeder().upTo(1.0 / (bounces + 1));
      trial.awaitPart(0.5 / (bounces + 1), Duration.ofSeconds(120));
      for (int bounce = 0; bounce < bounces; bounce++) {
        trial.feeder().upTo((bounce + 2.0) / (bounces + 1));
        run.pause(Duration.ofMillis(500), Duration.ofMillis(3_000));
        // Hard, cleanly, hard, …: three being odd, every broker meets both.
        bounce(run, cluster.brokers().get(bounce % 3), bounce % 2 == 0);
        cluster.awaitInSync(trial.topics(), IN_SYNC);
      }
      return trial.finish(bounces);
    }
  }

  private static void bounce(CaseRun run, BrokerProcess broker, boolean hard) throws Exception {
    run.say("%s of %s", hard ? "SIGKILL" : "clean shutdown", broker.name());
    if (hard) {
      broker.process().kill();
    } else if (broker.process().terminate(SHUTDOWN) == null) {
      run.say("%s did not shut down within %s and was killed", broker.name(), SHUTDOWN);
    }
    run.pause(Duration.ofMillis(500), Duration.ofMillis(3_000));
    broker.startAgain();
  }
}
