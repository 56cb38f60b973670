package io.s2stream.faults.cases;

import java.io.IOException;
import java.time.Duration;

import io.s2stream.faults.CaseRun;
import io.s2stream.faults.FaultCase;
import io.s2stream.faults.NotPossibleHereException;
import io.s2stream.faults.Trial;
import io.s2stream.faults.Verdict;
import io.s2stream.faults.child.ChildOptions;
import io.s2stream.faults.frames.FramePlan;
import io.s2stream.faults.process.BrokerProcess;
import io.s2stream.faults.process.Cluster;
import io.s2stream.faults.process.ProcessorProcess;
import io.s2stream.faults.process.SmallDisk;

/**
 * One of three brokers runs out of disk while frames and features are written. A broker that can't
 * write to its only log directory ends; then space is made and it starts again.
 */
public final class FullDiskCase implements FaultCase {
  private static final int ROUNDS = 3;
  private static final int DISK_MEGABYTES = 512;
  private static final long LEFT_BYTES = 256 << 10;
  private static final Duration FULL = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @Override
  public String name() {
    return "full-disk";
  }

  @Override
  public String about() {
    return "disk of one of three brokers full, three times: goes on by itself, nothing lost";
  }

  @Override
  public boolean onlyFull() {
    return true;
  }

  @Override
  public Verdict run(CaseRun run) throws Exception {
    try (SmallDisk disk = mount(run);
        Cluster cluster = Cluster.ofThree(run.directory());
        Trial trial =
            new Trial(
                run, FramePlan.raw(30_000, 6), cluster, run.registry().url(), Trial.topicOf(run))) {
      ProcessorProcess processor = trial.processor(ChildOptions.sound(2, run.seed()));
      BrokerProcess broker = cluster.brokers().get(0);
      for (int round = 1; round <= ROUNDS; round++) {
        trial.feeder().upTo((round - 0.5) / ROUNDS);
        trial.awaitPart((round - 0.8) / ROUNDS, PATIENCE);
        disk.fill(LEFT_BYTES);
        trial.feeder().upTo((double) round / ROUNDS);
        awaitEnd(run, broker);
        Thread.sleep(FULL.toMillis());
        disk.clear();
        broker.startAgain();
        cluster.awaitInSync(trial.topics(), PATIENCE);
        run.say("space again, %d frames missing", trial.checker().recount().lost());
      }
      Verdict verdict = trial.finish(0);
      if (processor.restarts() > 0) {
        trial.problem("the processor did not go on by itself: it ended");
        return trial.verdict(verdict.recount(), 0);
      }
      return verdict;
    }
  }

  /** The first broker's storage. */
  private static SmallDisk mount(CaseRun run) throws InterruptedException {
    try {
      return SmallDisk.mount(run.directory().resolve("broker-1"), DISK_MEGABYTES);
    } catch (IOException e) {
      throw new NotPossibleHereException("needs root, to mount a small disk: " + e.getMessage());
    }
  }

  private static void awaitEnd(CaseRun run, BrokerProcess broker)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (broker.process().isAlive()) {
      if (System.nanoTime() > deadline) {
        throw new IOException("the broker goes on without space on its disk");
      }
      Thread.sleep(100);
    }
    run.say("disk full, the broker ended");
  }
}
