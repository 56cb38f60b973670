package io.s2stream.faults;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import io.s2stream.faults.frames.Recount;
import io.s2stream.processor.Guarantee;

/**
 * How a case ended, and the line that says so.
 *
 * @param kills that were part of it
 * @param restarts how often a processor ended by itself
 * @param protocol of the processors' group
 * @param figures that a case measures of its own, by their kebab-case name
 * @param problems what was not as promised, for people; none if it passed
 */
public record Verdict(
    String name,
    Guarantee guarantee,
    Recount recount,
    int kills,
    int restarts,
    String protocol,
    Map<String, Long> figures,
    long seed,
    long seconds,
    List<String> problems) {

  public boolean passed() {
    return problems.isEmpty();
  }

  /** {@code case=… guarantee=… frames=N … verdict=PASS}, or {@code verdict=FAIL [problems]}. */
  public String line() {
    String measured =
        figures.entrySet().stream()
            .map(figure -> " " + figure.getKey() + "=" + figure.getValue())
            .sorted()
            .collect(Collectors.joining());
    return ("case=%s guarantee=%s protocol=%s frames=%d kills=%d restarts=%d lost=%d duplicated=%d"
            + " disordered=%d wrong=%d dead-lettered=%d%s seconds=%d seed=%d verdict=%s")
        .formatted(
            name,
            label(guarantee),
            protocol,
            recount.frames(),
            kills,
            restarts,
            recount.lost(),
            recount.duplicated(),
            recount.disordered(),
            recount.wrong(),
            recount.deadLettered(),
            measured,
            seconds,
            seed,
            passed() ? "PASS" : "FAIL " + problems);
  }

  static String label(Guarantee guarantee) {
    return guarantee.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
