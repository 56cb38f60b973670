package io.s2stream.bench.compare;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What comparisons work with.
 *
 * @param quick few repeats, for a first impression; otherwise more of the same
 * @param tiny as few as possible: the form of the table is tried, not the time
 * @param launcher {@code bin/s2} of the distribution that is measured
 * @param demo model directory of the demo's tower
 * @param model model directory of the tower that the pipeline is measured with
 * @param python with PyTorch, PyAV and confluent-kafka; null: comparisons with Python are left out
 * @param scripts folder of {@code loop.py}, the loop in Python
 * @param progress one line at a time about what is done
 */
public record Workbench(
    boolean quick,
    boolean tiny,
    Path launcher,
    Path demo,
    Path model,
    @Nullable Path python,
    Path scripts,
    PrintStream progress) {

  /** Rounds for a comparison that may take so many seconds in the full form. */
  Rounds rounds(int seconds) {
    if (tiny) {
      return new Rounds(0, 1, 1, Duration.ZERO);
    }
    return quick
        ? new Rounds(1, 2, 5, Duration.ofSeconds(Math.max(1, seconds / 4)))
        : new Rounds(1, 3, 15, Duration.ofSeconds(seconds));
  }

  void say(String line) {
    progress.println(line);
  }
}
