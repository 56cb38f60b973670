package io.s2stream.faults.cases;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

import io.s2stream.faults.CaseRun;
import io.s2stream.faults.FaultCase;
import io.s2stream.faults.Trial;
import io.s2stream.faults.Verdict;
import io.s2stream.faults.child.ChildOptions;
import io.s2stream.faults.frames.FramePlan;
import io.s2stream.faults.process.ProcessorProcess;

/**
 * A processor with a name is killed and started again: it takes its predecessor's place, without
 * waiting for the group's session or the open transaction to time out, both of which are set to a
 * minute here.
 */
public final class TakeoverCase implements FaultCase {
  private static final int KILLS = 10;
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final long MAX_GAP_MS = TIMEOUT.toMillis() / 2;

  @Override
  public String name() {
    return "takeover";
  }

  @Override
  public String about() {
    return "a named processor killed and started again goes on without waiting for time-outs";
  }

  @Override
  public boolean onlyFull() {
    return true;
  }

  @Override
  public Verdict run(CaseRun run) throws Exception {
    try (Trial trial = Trial.of(run, FramePlan.raw(20_000, 4))) {
      ProcessorProcess processor =
          trial.processor(
              ChildOptions.sound(20, run.seed()),
              trial.servers(),
              Map.of(
                  "consumer.session.timeout.ms",
                  TIMEOUT.toMillis(),
                  "producer.transaction.timeout.ms",
                  TIMEOUT.toMillis()),
              Map.of("instance-name", "processor-0"));
      trial.feeder().upTo(1);
      trial.awaitPart(0.02, Duration.ofSeconds(120));
      long[] gaps = new long[KILLS];
      for (int kill = 0; kill < KILLS; kill++) {
        run.pause(Duration.ofMillis(500), Duration.ofMillis(1_500));
        processor.kill();
        long killed = System.nanoTime();
        Thread.sleep(200); // What was sent before may still arrive.
        long before = trial.checker().recount().lost();
        processor.startAgain();
        while (trial.checker().recount().lost() == before
            && System.nanoTime() - killed < 2 * TIMEOUT.toNanos()) {
          Thread.sleep(5);
        }
        gaps[kill] = Duration.ofNanos(System.nanoTime() - killed).toMillis();
      }
      Arrays.sort(gaps);
      run.say(
          "from the kill to the next record: %d to %d ms, median %d",
          gaps[0], gaps[KILLS - 1], gaps[KILLS / 2]);
      trial.figure("longest-gap-ms", gaps[KILLS - 1]);
      if (gaps[KILLS - 1] > MAX_GAP_MS) {
        trial.problem("nothing came for " + gaps[KILLS - 1] + " ms after a kill");
      }
      return trial.finish(KILLS);
    }
  }
}
