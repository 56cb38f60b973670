package io.s2stream.faults.child;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * How many faults are put in where, and at which calls: at random ones, told by a seed.
 * Thread-safe.
 */
public final class FaultPlan {

  /**
   * Faults at one point.
   *
   * @param count bursts still to come
   * @param gap mean number of calls between two bursts
   * @param burst calls in a row that fail
   */
  private record Share(FaultPoint point, int count, int gap, int burst) {

    static List<Share> parse(String spec) {
      List<Share> shares = new ArrayList<>();
      for (String part : spec.isEmpty() ? new String[0] : spec.split(",")) {
        String[] fields = part.split(":");
        shares.add(
            new Share(
                FaultPoint.valueOf(fields[0].toUpperCase(Locale.ROOT)),
                Integer.parseInt(fields[1]),
                Integer.parseInt(fields[2]),
                Integer.parseInt(fields[3])));
      }
      return shares;
    }

    Share less(long bursts) {
      return new Share(point, (int) Math.max(0, count - bursts), gap, burst);
    }

    String spec() {
      return String.join(":", point.name(), "" + count, "" + gap, "" + burst);
    }
  }

  private final Random random;
  private final Map<FaultPoint, Share> shares = new EnumMap<>(FaultPoint.class);
  private final Map<FaultPoint, Integer> callsLeft = new EnumMap<>(FaultPoint.class);

  private FaultPlan(long seed) {
    random = new Random(seed);
  }

  /**
   * @param spec comma-separated {@code point:count:gap:burst}; empty for no faults
   */
  static FaultPlan parse(String spec, long seed) {
    FaultPlan plan = new FaultPlan(seed);
    for (Share share : Share.parse(spec)) {
      plan.shares.put(share.point(), share);
      plan.callsLeft.put(share.point(), plan.gap(share));
    }
    return plan;
  }

  /**
   * What a plan leaves for the next process.
   *
   * @param spec as {@link #parse} takes it
   * @param met bursts that were told, by the label of their point
   */
  static String left(String spec, Map<String, Long> met) {
    return Share.parse(spec).stream()
        .map(share -> share.less(met.getOrDefault(label(share.point()), 0L)).spec())
        .collect(Collectors.joining(","));
  }

  private static String label(FaultPoint point) {
    return point.name().toLowerCase(Locale.ROOT);
  }

  /** Whether this call is to fail; tells the parent at the start of each burst. */
  synchronized boolean strikes(FaultPoint point) {
    Share share = shares.get(point);
    if (share == null || share.count() == 0) {
      return false;
    }
    int left = callsLeft.merge(point, -1, Integer::sum);
    if (left > 0) {
      return false;
    }
    if (left == 0) {
      Commands.say("fault " + label(point));
    }
    if (left == 1 - share.burst()) {
      shares.put(point, share.less(1));
      callsLeft.put(point, gap(share));
    }
    return true;
  }

  /** A throw of the plan's dice. */
  synchronized int choose(int bound) {
    return random.nextInt(bound);
  }

  private int gap(Share share) {
    return 1 + share.gap() / 2 + random.nextInt(share.gap());
  }
}
