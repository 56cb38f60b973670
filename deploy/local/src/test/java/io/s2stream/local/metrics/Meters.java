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
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.s2stream.ingest.IngestMeters;
import io.s2stream.meters.KafkaMeters;
import io.s2stream.meters.ProcessMeters;
import io.s2stream.processor.metrics.ForwardMetrics;
import io.s2stream.processor.metrics.GpuMeterList;
import io.s2stream.processor.metrics.ProcessorMetrics;
import io.s2stream.processor.metrics.StreamMeters;

/** The meters of the services, as they register them. */
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
    ProcessorMetrics metrics = new ProcessorMetrics(registry);
    metrics.device(0);
    metrics.queue(() -> 0);
    new ForwardMetrics(registry, 0);
    StreamMeters streams = new StreamMeters(registry, 1);
    streams.forwarded("lobby", 1);
    streams.deadLetter("lobby");
    streams.skipped("lobby", "late", 1);
    GpuMeterList.register(registry);
    return registry;
  }

  /** What both have, and those of Kafka's clients of which ingest has a part. */
  static PrometheusMeterRegistry shared() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    ProcessMeters.bind(registry).close();
    ProcessMeters.buildInfo(
        registry, Tags.of("version", "1", "tower", "vit", "tower.sha256", "00"));
    KafkaMeters.bindStreams(registry, Map::of);
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

  /** A Markdown table with one row for each meter of ours, whatever its tags' values. */
  static String table(MeterRegistry registry) {
    Map<String, List<Meter>> byName =
        registry.getMeters().stream()
            .filter(meter -> meter.getId().getName().startsWith("s2."))
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
    String unit = id.getBaseUnit();
    if (unit != null && id.getType() != Meter.Type.TIMER && !base.endsWith("_" + unit)) {
      base += "_" + unit;
    }
    return switch (id.getType()) {
      case COUNTER -> "`" + base + "_total`";
      case TIMER -> "`" + base + "_seconds_count`, `_sum`, `_max`";
      case DISTRIBUTION_SUMMARY -> "`" + base + "_count`, `_sum`, `_max`";
      default -> "`" + base + "`";
    };
  }
}
