package io.s2stream.local.metrics;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.s2stream.ingest.IngestMeters;
import io.s2stream.processor.metrics.ForwardMetrics;
import io.s2stream.processor.metrics.ProcessorMetrics;
import io.s2stream.processor.metrics.SkippedFrames;

/** The meters of both services, as the services register them. */
final class Meters {
  private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-zA-Z_:][a-zA-Z0-9_:]*)[{ ]");

  private Meters() {}

  static PrometheusMeterRegistry ingest() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    IngestMeters.register(registry);
    return registry;
  }

  static PrometheusMeterRegistry processor() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new ProcessorMetrics(registry);
    new ForwardMetrics(registry);
    new SkippedFrames(registry, 1).count("lobby", "late", 1);
    return registry;
  }

  /** Every name that a scrape of these has. */
  static Set<String> sampleNames(String scrape) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = SAMPLE.matcher(scrape);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }

  /** A Markdown table with one row for each meter, whatever its tags' values. */
  static String table(MeterRegistry registry) {
    Map<String, List<Meter>> byName =
        registry.getMeters().stream()
            .collect(
                Collectors.groupingBy(
                    meter -> meter.getId().getName(), TreeMap::new, Collectors.toList()));
    StringBuilder table =
        new StringBuilder("| meter | in Prometheus | tags | meaning |\n|---|---|---|---|\n");
    byName.forEach((name, meters) -> table.append(row(name, meters)));
    return table.toString();
  }

  private static String row(String name, List<Meter> meters) {
    Meter.Id id = meters.get(0).getId();
    String tags =
        meters.stream()
            .flatMap(meter -> meter.getId().getTags().stream())
            .map(Tag::getKey)
            .distinct()
            .sorted(Comparator.naturalOrder())
            .map(key -> "`" + key + "`")
            .collect(Collectors.joining(", "));
    return "| `%s` | %s | %s | %s |\n".formatted(name, inPrometheus(id), tags, id.getDescription());
  }

  private static String inPrometheus(Meter.Id id) {
    String base = id.getName().replace('.', '_');
    return switch (id.getType()) {
      case COUNTER -> "`" + base + "_total`";
      case TIMER -> "`" + base + "_seconds_count`, `_sum`, `_max`";
      case DISTRIBUTION_SUMMARY -> "`" + base + "_count`, `_sum`, `_max`";
      default -> "`" + base + "`";
    };
  }
}
