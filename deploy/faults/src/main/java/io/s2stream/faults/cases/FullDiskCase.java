package io.s2stream.faults.cases;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.s2stream.faults.CaseRun;
import io.s2stream.faults.FaultCase;
import io.s2stream.faults.NotPossibleHereException;
import io.s2stream.faults.Trial;
import io.s2stream.faults.Verdict;
import io.s2stream.faults.child.ChildOptions;
import io.s2stream.faults.frames.FramePlan;
import io.s2stream.faults.process.BrokerProcess;
import io.s2stream.faults.process.Cluster;
import io.s2stream.faults.process.Readiness;
import io.s2stream.faults.process.SmallDisk;
import io.s2stream.local.EmbeddedBroker;

/**
 * Brokers run out of disk while frames and features are written: one of three, three times, after
 * which two are left and the work goes on; then two, after which nothing can be written, as each
 * record must be with two brokers. A broker that can't write to its only log directory ends; then
 * space is made and it starts again.
 */
public final class FullDiskCase implements FaultCase {
  private static final int ROUNDS = 4;
  private static final int DISK_MEGABYTES = 512;
  private static final long LEFT_BYTES = 256 << 10;
  private static final Duration FULL = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  /** Not by default two minutes: until then the processor hopes that a record gets through. */
  private static final Map<String, Object> IMPATIENT =
      Map.of("producer.request.timeout.ms", 5_000, "producer.delivery.timeout.ms", 15_000);

  @Override
  public String name() {
    return "full-disk";
  }

  @Override
  public String about() {
    return "disk of one of three brokers full, three times, then of two: goes on by itself, nothing"
        + " lost";
  }

  @Override
  public boolean onlyFull() {
    return true;
  }

  @Override
  public Verdict run(CaseRun run) throws Exception {
    int port = EmbeddedBroker.freePort();
    try (SmallDisk first = mount(run, 1);
        SmallDisk second = mount(run, 2);
        Cluster cluster = Cluster.ofThree(run.directory(), List.of(3));
        Trial trial =
            new Trial(
                run, FramePlan.raw(42_000, 6), cluster, run.registry().url(), Trial.topicOf(run))) {
      trial.processor(
          ChildOptions.sound(2, run.seed()),
          cluster.servers(),
          IMPATIENT,
          Map.of("http", Map.of("port", port)));
      Readiness readiness = new Readiness(port);
      for (int round = 1; round <= ROUNDS; round++) {
        trial.feeder().upTo((round - 0.5) / ROUNDS);
        trial.awaitPart((round - 0.8) / ROUNDS, PATIENCE);
        readiness.await(200, PATIENCE);
        List<SmallDisk> disks = round < ROUNDS ? List.of(first) : List.of(first, second);
        for (SmallDisk disk : disks) {
          disk.fill(LEFT_BYTES);
        }
        trial.feeder().upTo((double) round / ROUNDS);
        for (int i = 0; i < disks.size(); i++) {
          awaitEnd(run, cluster.brokers().get(i));
        }
        cluster.awaitInSync(trial.topics(), 3 - disks.size(), PATIENCE);
        if (disks.size() == 2) {
          awaitNotReady(run, trial, readiness);
        } else {
          Thread.sleep(FULL.toMillis());
        }
        for (int i = 0; i < disks.size(); i++) {
          disks.get(i).clear();
          cluster.brokers().get(i).startAgain();
        }
        cluster.awaitInSync(trial.topics(), PATIENCE);
        readiness.await(200, PATIENCE);
        run.say("space again, %d frames missing", trial.checker().recount().lost());
      }
      return trial.finish(0);
    }
  }

  /** What becomes of the frames is to be seen all the same. */
  private static void awaitNotReady(CaseRun run, Trial trial, Readiness readiness)
      throws InterruptedException {
    try {
      run.say("/readyz: %s", readiness.await(503, PATIENCE));
    } catch (IOException e) {
      trial.problem("" + e.getMessage());
    }
  }

  /** The storage of one of the brokers. */
  private static SmallDisk mount(CaseRun run, int broker) throws InterruptedException {
    try {
      return SmallDisk.mount(run.directory().resolve("broker-" + broker), DISK_MEGABYTES);
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
