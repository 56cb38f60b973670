package io.s2stream.bench.compare;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code s2 bench}: runs comparisons one after the other and prints one table. */
public final class Benchmark {
  /** Load per processor from which on others' work is in every figure. */
  private static final double BUSY_LOAD = 0.5;

  private final Workbench bench;
  private final List<Comparison> comparisons;

  /**
   * @param only names of comparisons; empty: all
   */
  public Benchmark(Workbench bench, List<String> only) {
    this.bench = bench;
    this.comparisons = chosen(only);
  }

  private static List<Comparison> chosen(List<String> only) {
    return all().stream().filter(each -> only.isEmpty() || only.contains(each.name())).toList();
  }

  /** Whether any of these comparisons is measured with the tower that the user may choose. */
  public static boolean usesModel(List<String> only) {
    return chosen(only).stream().anyMatch(Comparison::usesModel);
  }

  private static List<Comparison> all() {
    return List.of(
        new Pipeline(),
        new AgainstPython(),
        MovedBytes.large(),
        MovedBytes.small(),
        MovedBytes.jpeg(),
        new IngestAgainstFfmpeg(),
        new AddedLatency(),
        new ForwardMemory(),
        new Growth(),
        new StartTime());
  }

  /** Names of all comparisons. */
  public static List<String> names() {
    return all().stream().map(Comparison::name).toList();
  }

  /** One line for each comparison. */
  public static void list(PrintStream out) {
    all().forEach(each -> out.printf("%-14s %s%n", each.name(), each.about()));
  }

  private static String firstLine(Exception e) {
    return e.toString().lines().findFirst().orElse("").replace('|', '/');
  }

  /**
   * What came out.
   *
   * @param table in Markdown, with the machine's load and what could not be measured
   * @param sound whether every comparison that was not left out did its work
   */
  public record Result(String table, boolean sound) {}

  /** Runs the comparisons; one that fails is said in its row, and the others go on. */
  public Result run() throws InterruptedException {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    int processors = Runtime.getRuntime().availableProcessors();
    boolean busy = load > BUSY_LOAD * processors;
    if (busy) {
      bench.say(
          String.format(
              Locale.ROOT,
              "the load of this machine is %.1f on %d processors: every figure will be called noisy",
              load,
              processors));
    }
    boolean sound = true;
    StringBuilder table = new StringBuilder(Row.HEADER).append('\n');
    for (Comparison comparison : comparisons) {
      List<Row> rows = new ArrayList<>();
      long start = System.nanoTime();
      try {
        rows.addAll(comparison.run(bench));
      } catch (InterruptedException e) {
        throw e;
      } catch (LeftOutException e) {
        rows.add(Row.leftOut(comparison.about(), String.valueOf(e.getMessage())));
      } catch (Exception e) { // Whatever it is, the other figures are still wanted.
        if (Thread.interrupted()) { // Kafka's clients have an exception of their own for it.
          throw new InterruptedException(comparison.name() + " was interrupted");
        }
        rows.add(Row.leftOut(comparison.about(), "failed: " + firstLine(e)));
        bench.say(comparison.name() + " failed: " + e);
        sound = false;
      }
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      bench.say("%s took %d s".formatted(comparison.name(), took.toSeconds()));
      rows.forEach(row -> table.append(row.line(busy)).append('\n'));
    }
    return new Result(
        String.format(
                Locale.ROOT, "Load at the start: %.2f on %d processors.%n%n", load, processors)
            + table,
        sound);
  }
}
