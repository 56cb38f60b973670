package io.s2stream.faults;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.s2stream.faults.cases.BrokersCase;
import io.s2stream.faults.cases.ControlCase;
import io.s2stream.faults.cases.CutLinkCase;
import io.s2stream.faults.cases.FullDiskCase;
import io.s2stream.faults.cases.InjectedFaultsCase;
import io.s2stream.faults.cases.KillCase;
import io.s2stream.faults.cases.MutatedCase;
import io.s2stream.faults.cases.RebalanceCase;
import io.s2stream.faults.cases.RegistryCase;
import io.s2stream.faults.cases.SoakCase;
import io.s2stream.faults.cases.TakeoverCase;
import io.s2stream.faults.process.Cluster;
import io.s2stream.local.StorageDirectory;
import io.s2stream.local.registry.EmbeddedRegistry;
import io.s2stream.processor.Guarantee;

/** Runs cases and prints their verdicts. */
public final class Faults {
  /** All cases, in the order in which they run. */
  public static final List<FaultCase> CASES =
      List.of(
          new ControlCase(),
          new KillCase(),
          new TakeoverCase(),
          new BrokersCase(),
          new RebalanceCase(),
          InjectedFaultsCase.onTheWay(),
          InjectedFaultsCase.expiries(),
          InjectedFaultsCase.burstsOfExpiries(),
          new CutLinkCase(CutLinkCase.Trouble.CUT),
          new CutLinkCase(CutLinkCase.Trouble.FROZEN),
          new CutLinkCase(CutLinkCase.Trouble.SLOW),
          new FullDiskCase(),
          new MutatedCase(),
          new RegistryCase(),
          new SoakCase());

  private final FaultsOptions options;
  private final PrintStream out;
  private final PrintStream progress;
  private final long started = System.nanoTime();

  /**
   * @param out gets a line for each run
   * @param progress gets lines for people
   */
  public Faults(FaultsOptions options, PrintStream out, PrintStream progress) {
    this.options = options;
    this.out = out;
    this.progress = progress;
  }

  /**
   * Runs them, in quick form two at a time, as most of their time is waiting. Children and
   * temporary files are gone afterwards; logs stay when a case failed or its broker did not start.
   *
   * @return whether all passed or were skipped
   * @throws IOException if a broker or a registry does not start
   */
  public boolean run() throws IOException, InterruptedException {
    Queue<Run> waiting = new ConcurrentLinkedQueue<>();
    for (FaultCase each : options.cases()) {
      for (Guarantee guarantee : options.guarantees(each)) {
        waiting.add(new Run(each, guarantee));
      }
    }
    boolean keepLogs = true;
    StorageDirectory storage = StorageDirectory.temporary("s2-faults-");
    ExecutorService lanes = Executors.newFixedThreadPool(options.lanes());
    try {
      List<Future<Boolean>> results = new ArrayList<>();
      for (int lane = 1; lane <= options.lanes(); lane++) {
        Path shared = storage.path().resolve("shared-" + lane);
        results.add(lanes.submit(() -> runLane(waiting, storage.path(), shared)));
      }
      boolean passed = true;
      for (Future<Boolean> result : results) {
        passed &= result.get();
      }
      keepLogs = !passed;
      return passed;
    } catch (InterruptedException e) {
      keepLogs = false;
      throw e;
    } catch (ExecutionException e) {
      throw new IOException("the broker or the registry of the cases: " + e.getCause(), e);
    } finally {
      lanes.shutdownNow();
      lanes.awaitTermination(1, TimeUnit.MINUTES);
      if (keepLogs) {
        progress.println("logs are in " + storage.path());
      } else {
        storage.close();
      }
    }
  }

  /** One case under one guarantee. */
  private record Run(FaultCase fault, Guarantee guarantee) {}

  /** Takes cases that wait, with a broker and a registry of its own, until none is left. */
  private boolean runLane(Queue<Run> waiting, Path storage, Path shared)
      throws IOException, InterruptedException {
    boolean passed = true;
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Cluster broker = Cluster.single(shared)) {
      for (Run next = waiting.poll(); next != null; next = waiting.poll()) {
        passed &= run(next.fault(), next.guarantee(), storage, broker, registry);
      }
    }
    return passed;
  }

  private boolean run(
      FaultCase each, Guarantee guarantee, Path storage, Cluster broker, EmbeddedRegistry registry)
      throws IOException, InterruptedException {
    String name = each.name() + "-" + Verdict.label(guarantee);
    CaseRun run =
        new CaseRun(
            each.name(),
            guarantee,
            options.full(),
            options.protocol(),
            options.seed(),
            options.soak(),
            Files.createDirectories(storage.resolve(name)),
            broker,
            registry,
            new Random(options.seed()),
            line -> say(name, line));
    say(name, each.about());
    try {
      Verdict verdict = each.run(run);
      verdict.problems().forEach(problem -> say(name, problem));
      out.println(verdict.line());
      out.flush();
      return verdict.passed();
    } catch (InterruptedException e) {
      throw e;
    } catch (NotPossibleHereException e) {
      say(name, "skipped: " + e.getMessage());
      out.println(
          "case=%s guarantee=%s verdict=SKIPPED".formatted(each.name(), Verdict.label(guarantee)));
      return true;
    } catch (Exception e) {
      say(name, "could not be carried through: " + e);
      out.println(
          "case=%s guarantee=%s seed=%d verdict=FAIL"
              .formatted(each.name(), Verdict.label(guarantee), options.seed()));
      return false;
    }
  }

  private void say(String name, String line) {
    long seconds = Duration.ofNanos(System.nanoTime() - started).toSeconds();
    progress.printf("%4d s  %s: %s%n", seconds, name, line);
  }
}
