package io.s2stream.faults;

import java.util.List;
import java.util.Locale;

import io.s2stream.faults.frames.Recount;
import io.s2stream.processor.Guarantee;

/**
 * How a case ended, and the line that says so.
 *
 * @param problems what was not as promised, for people; none if it passed
 */
public record Verdict(
    String name,
    Guarantee guarantee,
    Recount recount,
    int kills,
    long seed,
    long seconds,
    List<String> problems) {

  public boolean passed() {
    return problems.isEmpty();
  }

  /** {@code case=… guarantee=… frames=N … verdict=PASS}. */
  public String line() {
    return ("case=%s guarantee=%s frames=%d kills=%d lost=%d duplicated=%d disordered=%d wrong=%d"
            + " dead-lettered=%d seconds=%d seed=%d verdict=%s")
        .formatted(
            name,
            label(guarantee),
            recount.frames(),
            kills,
            recount.lost(),
            recount.duplicated(),
            recount.disordered(),
            recount.wrong(),
            recount.deadLettered(),
            seconds,
            seed,
            passed() ? "PASS" : "FAIL");
  }

  static String label(Guarantee guarantee) {
    return guarantee.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
