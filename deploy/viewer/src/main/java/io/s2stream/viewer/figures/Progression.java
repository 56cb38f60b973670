package io.s2stream.viewer.figures;

import java.util.HashMap;
import java.util.Map;

/** Turns counters into what they grew by since they were last asked. Used by one thread. */
final class Progression {
  private final Map<String, Double> last = new HashMap<>();

  /**
   * @return NaN the first time, if the counter isn't known, or if it began anew
   */
  double growth(String name, double value) {
    Double before = last.put(name, value);
    return before == null || value < before ? Double.NaN : value - before;
  }
}
