package io.s2stream.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Figures of several contenders, one per counted round. Not thread-safe. */
final class Samples {
  private final Map<String, List<Double>> byContender = new TreeMap<>();

  void add(boolean counted, String contender, double figure) {
    if (counted) {
      byContender.computeIfAbsent(contender, name -> new ArrayList<>()).add(figure);
    }
  }

  double[] of(String contender) {
    return byContender.getOrDefault(contender, List.of()).stream().mapToDouble(d -> d).toArray();
  }
}
