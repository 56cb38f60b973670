package io.s2stream.bench.compare;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * One line of the table.
 *
 * @param what was done
 * @param ours figure with its unit, the median
 * @param peer and its figure, or the limit
 * @param target lowest ratio that is wanted; NaN: none, the row informs
 * @param ratios one per repeat, in any order, more is better; empty: the row was left out, and
 *     {@code peer} says why
 */
record Row(String what, String ours, String peer, double target, List<Double> ratios) {
  /** Highest less lowest ratio, as a part of the median, from which on a row may not decide. */
  static final double NOISY_SPREAD = 0.2;

  static final String HEADER =
      "| what | ours | the peer or limit | ratio, median (lowest to highest) | target | |\n"
          + "|---|---|---|---|---|---|";

  Row {
    ratios = ratios.stream().sorted().toList();
  }

  static Row leftOut(String what, String why) {
    return new Row(what, "–", why, Double.NaN, List.of());
  }

  /** Ours beside a peer that does the same work: each repeat's rates, more is better. */
  static Row rates(
      String what, String unit, double[] ours, String peer, double[] peers, double target) {
    return new Row(
        what,
        figure(median(ours), unit),
        peer + ", " + figure(median(peers), unit),
        target,
        ratios(ours, peers));
  }

  private static List<Double> ratios(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToObj(i -> a[i] / b[i]).toList();
  }

  /** Ours beside a peer or a bound, to inform: what each repeat took, less is better. */
  static Row costs(String what, String unit, double[] ours, String peer, double[] peers) {
    return new Row(
        what,
        figure(median(ours), unit),
        peer + ", " + figure(median(peers), unit),
        Double.NaN,
        ratios(peers, ours));
  }

  /** Ours beside a limit that it must stay below. */
  static Row limit(String what, String unit, double[] ours, double limit) {
    return new Row(
        what,
        figure(median(ours), unit),
        "limit " + figure(limit, unit),
        1,
        Arrays.stream(ours).map(value -> limit / value).boxed().toList());
  }

  private static String figure(double value, String unit) {
    int digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%,." + digits + "f %s", value, unit);
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  double median() {
    return ratios.get(ratios.size() / 2);
  }

  /**
   * Met or missed by the median; noisy where the repeats lie too far apart, on both sides of the
   * target, or the machine was busy with other work.
   */
  String verdict(boolean machineBusy) {
    if (ratios.isEmpty()) {
      return "left out";
    }
    double lowest = ratios.get(0);
    double highest = ratios.get(ratios.size() - 1);
    boolean spread = highest - lowest > NOISY_SPREAD * median();
    if (Double.isNaN(target)) {
      return machineBusy || spread ? "noisy" : "";
    }
    boolean undecided = spread && lowest < target && highest >= target;
    if (machineBusy || undecided) {
      return "noisy";
    }
    return median() >= target ? "met" : "missed";
  }

  String line(boolean machineBusy) {
    String ratio =
        ratios.isEmpty()
            ? "–"
            : String.format(
                Locale.ROOT,
                "%.2f (%.2f to %.2f)",
                median(),
                ratios.get(0),
                ratios.get(ratios.size() - 1));
    String wanted = Double.isNaN(target) ? "–" : String.format(Locale.ROOT, "≥ %.2f", target);
    return "| " + String.join(" | ", what, ours, peer, ratio, wanted, verdict(machineBusy)) + " |";
  }
}
