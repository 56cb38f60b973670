package io.s2stream.faults.cases;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import io.s2stream.faults.CaseRun;
import io.s2stream.faults.FaultCase;
import io.s2stream.faults.Trial;
import io.s2stream.faults.Verdict;
import io.s2stream.faults.child.ChildOptions;
import io.s2stream.faults.child.FaultPlan;
import io.s2stream.faults.child.FaultPoint;
import io.s2stream.faults.frames.FramePlan;
import io.s2stream.faults.process.ProcessorProcess;
import io.s2stream.processor.Guarantee;

/**
 * Faults put into the processor itself, at random calls. A processor gives up after six failed
 * threads within five minutes; then it is started again, and meets what is left of them.
 */
public final class InjectedFaultsCase implements FaultCase {
  /** Of a processor between two failures over brokers, as long as nothing goes well. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  /** Mean number of commits between two that fail. */
  private static final int COMMIT_GAP = 3;

  /** Of threads; the processor after that begins to count commits anew. */
  private static final int FAILURES_TO_GIVE_UP = 6;

  /** Commits until one has failed for certain: {@link FaultPlan} waits for 1.5 gaps at most. */
  private static final int COMMITS_PER_FAULT = COMMIT_GAP + COMMIT_GAP / 2;

  private final String name;
  private final String about;
  private final List<FaultPoint> points;
  private final int burst;
  private final int inFull;

  private InjectedFaultsCase(
      String name, String about, List<FaultPoint> points, int burst, int inFull) {
    this.name = name;
    this.about = about;
    this.points = points;
    this.burst = burst;
    this.inFull = inFull;
  }

  /** At every stage of a frame's way. */
  public static InjectedFaultsCase onTheWay() {
    return new InjectedFaultsCase(
        "injected-faults",
        "faults before decoding, at batching, forward (out of memory), sending, commit: nothing"
            + " lost",
        List.of(
            FaultPoint.LAYOUT,
            FaultPoint.BATCHING,
            FaultPoint.FORWARD,
            FaultPoint.HANDOVER,
            FaultPoint.COMMIT),
        1,
        5);
  }

  /** Records that the producer gives up, one at a time. */
  public static InjectedFaultsCase expiries() {
    return new InjectedFaultsCase(
        "send-expiries",
        "records that the producer gives up: nothing lost, in order",
        List.of(FaultPoint.SEND),
        1,
        20);
  }

  /** Records that the producer gives up, several in a row. */
  public static InjectedFaultsCase burstsOfExpiries() {
    return new InjectedFaultsCase(
        "expiry-bursts",
        "bursts of records that the producer gives up: nothing lost, in order",
        List.of(FaultPoint.SEND),
        4,
        20);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String about() {
    return about;
  }

  @Override
  public List<Guarantee> quickGuarantees() {
    return points.size() == 1 ? List.of(Guarantee.AT_LEAST_ONCE) : guarantees();
  }

  /** Mean number of calls between two faults; commits are by the time, not by the frame. */
  private static int gap(FaultPoint point, FramePlan plan) {
    return point == FaultPoint.COMMIT ? COMMIT_GAP : Math.max(8, (int) plan.frames() / 200);
  }

  @Override
  public Verdict run(CaseRun run) throws Exception {
    FramePlan plan = new FramePlan(run.figure(10_000, 800), 8, 4, 2, true);
    int count = run.figure(inFull, points.size() == 1 ? 3 : 1);
    String spec =
        points.stream()
            .map(point -> point + ":" + count + ":" + gap(point, plan) + ":" + burst)
            .collect(Collectors.joining(","));
    try (Trial trial = Trial.of(run, plan)) {
      trial.allowRestarts();
      // A second burst may come before anything new does.
      trial.expectPauses(LONGEST_WAIT.multipliedBy(2L * burst));
      ProcessorProcess processor =
          trial.processor(ChildOptions.sound(2, run.seed()).withFaults(spec));
      processor.awaitStarted(Duration.ofSeconds(120));
      if (points.contains(FaultPoint.COMMIT)) {
        int restarts = count * points.size() / FAILURES_TO_GIVE_UP;
        commitInPortions(trial, (count + restarts) * COMMITS_PER_FAULT);
      }
      Verdict verdict = trial.finish(0);
      Map<String, Long> met = processor.said("fault ");
      run.say("faults met: %s", met);
      for (FaultPoint point : points) {
        String label = point.name().toLowerCase(Locale.ROOT);
        if (met.getOrDefault(label, 0L) < count) {
          trial.problem("not all faults of " + label + " were met");
        }
      }
      return trial.verdict(verdict.recount(), 0);
    }
  }

  /** A fast processor would be through after a few commits; so each portion waits for its own. */
  private static void commitInPortions(Trial trial, int portions) throws InterruptedException {
    for (int portion = 1; portion <= portions; portion++) {
      trial.feeder().upTo((double) portion / portions);
      if (!trial.awaitPart((portion - 0.5) / portions, Duration.ofSeconds(120))) {
        return;
      }
      trial.awaitCommits();
    }
  }
}
