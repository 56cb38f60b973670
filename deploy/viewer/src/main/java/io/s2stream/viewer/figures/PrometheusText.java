package io.s2stream.viewer.figures;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The numbers of scrapes in Prometheus' text format. Samples of one name are added up, whatever
 * their labels; of a maximum the largest counts. Mutable; used by one thread.
 */
final class PrometheusText {
  /** Frames that ingest dropped; the one name of which each stream's number is kept as well. */
  static final String OVERRUN = "s2_ingest_frames_overrun_total";

  private static final int MAX_NAMES = 10_000;
  private static final Pattern STREAM =
      Pattern.compile("[{,]stream=\"((?:[^\"\\\\]|\\\\.)*)\"[,}]");

  private static final Pattern ESCAPED = Pattern.compile("\\\\(.)");

  private final Map<String, Map<String, Double>> values = new HashMap<>(); // by name and source
  private final Map<String, Integer> counts = new HashMap<>();
  private final Map<String, Double> overruns = new HashMap<>(); // by stream

  /**
   * Adds the samples of one service; lines that aren't samples are left out.
   *
   * @param source names the service
   */
  void add(String source, String scrape) {
    for (String line : scrape.split("\n", -1)) {
      if (line.isEmpty() || line.charAt(0) == '#') {
        continue;
      }
      int brace = line.indexOf('{');
      int nameEnd = brace >= 0 ? brace : line.indexOf(' ');
      int valueStart = line.indexOf(' ', Math.max(0, line.lastIndexOf('}'))) + 1;
      if (nameEnd > 0 && valueStart > 0) {
        double value = number(line.substring(valueStart).trim().split(" ", 2)[0]);
        String name = line.substring(0, nameEnd);
        put(source, name, value);
        if (name.equals(OVERRUN)) {
          putOverrun(line.substring(nameEnd, valueStart), value);
        }
      }
    }
  }

  /** NaN for +Inf and the like as well, which no figure of ours has. */
  private static double number(String text) {
    try {
      double value = Double.parseDouble(text);
      return Double.isFinite(value) ? value : Double.NaN;
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private void put(String source, String name, double value) {
    if (Double.isNaN(value) || (values.size() >= MAX_NAMES && !values.containsKey(name))) {
      return;
    }
    counts.merge(name, 1, Integer::sum);
    values.computeIfAbsent(name, n -> new HashMap<>()).merge(source, value, together(name));
  }

  private static BinaryOperator<Double> together(String name) {
    return name.endsWith("_max") ? Math::max : Double::sum;
  }

  private void putOverrun(String labels, double value) {
    Matcher stream = STREAM.matcher(labels);
    if (stream.find() && !Double.isNaN(value) && overruns.size() < MAX_NAMES) {
      String id =
          ESCAPED
              .matcher(stream.group(1))
              .replaceAll(
                  escape ->
                      escape.group(1).equals("n")
                          ? "\n"
                          : Matcher.quoteReplacement(escape.group(1)));
      overruns.merge(id, value, Double::sum);
    }
  }

  /** Frames that ingest dropped of a stream; NaN if it doesn't tell. */
  double overrun(String stream) {
    return overruns.getOrDefault(stream, Double.NaN);
  }

  /** Of all samples of a name; NaN if there is none. */
  double mean(String name) {
    return get(name) / counts.getOrDefault(name, 1);
  }

  /** Of all services; NaN if there is no such sample. */
  double get(String name) {
    return bySource(name).values().stream().reduce(together(name)).orElse(Double.NaN);
  }

  /** The number of each service that has such a sample. */
  Map<String, Double> bySource(String name) {
    return values.getOrDefault(name, Map.of());
  }
}
