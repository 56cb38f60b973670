package io.s2stream.viewer.figures;

import java.util.HashMap;
import java.util.Map;

/** Turns counters into what they grew by since they were last asked. Used by one thread. */
final class Progression {
  private final Map<String, Map<String, Double>> last = new HashMap<>(); // by name and source

  /**
   * The growth of all that was known before as well: a service that didn't answer in between, or
   * began anew, counts from the next time on.
   *
   * @param bySource the counter's value at each service
   * @return NaN if there is none
   */
  double growth(String name, Map<String, Double> bySource) {
    Map<String, Double> before = last.put(name, Map.copyOf(bySource));
    double growth = Double.NaN;
    for (Map.Entry<String, Double> now : bySource.entrySet()) {
      Double then = before == null ? null : before.get(now.getKey());
      if (then != null && now.getValue() >= then) {
        growth = (Double.isNaN(growth) ? 0 : growth) + now.getValue() - then;
      }
    }
    return growth;
  }
}
