package io.s2stream.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Times several ways of doing the same work in turn, so that what disturbs the machine disturbs all
 * of them.
 */
final class Interleaved {
  private final LongSupplier clock;
  private final Map<String, Runnable> contenders = new LinkedHashMap<>();

  /**
   * @param clock nanoseconds
   */
  Interleaved(LongSupplier clock) {
    this.clock = clock;
  }

  /** Adds a way of doing the work; all are run in the order they were added. */
  Interleaved add(String name, Runnable work) {
    contenders.put(name, work);
    return this;
  }

  /**
   * Runs each once untimed for each warm-up, then {@code repeats} times timed.
   *
   * @return seconds by name, in the order added
   */
  Map<String, Times> run(int warmups, int repeats) {
    for (int i = 0; i < warmups; i++) {
      contenders.values().forEach(Runnable::run);
    }
    Map<String, List<Double>> seconds = new LinkedHashMap<>();
    for (int i = 0; i < repeats; i++) {
      contenders.forEach(
          (name, work) -> {
            long start = clock.getAsLong();
            work.run();
            seconds
                .computeIfAbsent(name, n -> new ArrayList<>())
                .add((clock.getAsLong() - start) / 1e9);
          });
    }
    Map<String, Times> times = new LinkedHashMap<>();
    seconds.forEach(
        (name, all) ->
            times.put(name, new Times(all.stream().mapToDouble(d -> d).sorted().toArray())));
    return times;
  }

  /**
   * Times of one contender.
   *
   * @param sorted seconds, ascending, at least one
   */
  record Times(double[] sorted) {
    double median() {
      return sorted[sorted.length / 2];
    }

    /** What a tenth of the runs stay below: the time without most of what disturbs the machine. */
    double fast() {
      return sorted[sorted.length / 10];
    }

    /** Half the distance of the quartiles in percent of the median: how noisy the run was. */
    double spreadPercent() {
      double quartiles = sorted[sorted.length * 3 / 4] - sorted[sorted.length / 4];
      return 50 * quartiles / median();
    }

    @Override
    public String toString() {
      return Arrays.toString(sorted);
    }
  }
}
