package io.s2stream.faults.child;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

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
  private record Share(int count, int gap, int burst) {}

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
    for (String part : spec.split(",")) {
      if (!part.isEmpty()) {
        String[] fields = part.split(":");
        FaultPoint point = FaultPoint.valueOf(fields[0].toUpperCase(Locale.ROOT));
        Share share =
            new Share(
                Integer.parseInt(fields[1]),
                Integer.parseInt(fields[2]),
                Integer.parseInt(fields[3]));
        plan.shares.put(point, share);
        plan.callsLeft.put(point, plan.gap(share));
      }
    }
    return plan;
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
      Commands.say("fault " + point.name().toLowerCase(Locale.ROOT));
    }
    if (left == 1 - share.burst()) {
      shares.put(point, new Share(share.count() - 1, share.gap(), share.burst()));
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
