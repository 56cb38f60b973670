package io.s2stream.viewer.figures;

import java.util.HashMap;
import java.util.Map;

/**
 * The numbers of a scrape in Prometheus' text format. Samples of one name are added up, whatever
 * their labels; of a maximum the largest counts. Mutable; used by one thread.
 */
final class PrometheusText {
  private static final int MAX_NAMES = 10_000;

  private final Map<String, Double> values = new HashMap<>();
  private final Map<String, Integer> counts = new HashMap<>();

  /** Adds the samples of one service; lines that aren't samples are left out. */
  void add(String scrape) {
    for (String line : scrape.split("\n", -1)) {
      if (line.isEmpty() || line.charAt(0) == '#') {
        continue;
      }
      int brace = line.indexOf('{');
      int nameEnd = brace >= 0 ? brace : line.indexOf(' ');
      int valueStart = line.indexOf(' ', Math.max(0, line.lastIndexOf('}'))) + 1;
      if (nameEnd > 0 && valueStart > 0) {
        put(line.substring(0, nameEnd), line.substring(valueStart).trim().split(" ", 2)[0]);
      }
    }
  }

  private void put(String name, String text) {
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return; // +Inf and the like, which no figure of ours has
    }
    if (!Double.isFinite(value) || (values.size() >= MAX_NAMES && !values.containsKey(name))) {
      return;
    }
    counts.merge(name, 1, Integer::sum);
    values.merge(name, value, name.endsWith("_max") ? Math::max : Double::sum);
  }

  /** Of all samples of a name; NaN if there is none. */
  double mean(String name) {
    return get(name) / counts.getOrDefault(name, 1);
  }

  /** NaN if there is no such sample. */
  double get(String name) {
    return values.getOrDefault(name, Double.NaN);
  }
}
