package io.s2stream.meters;

import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.s2stream.meters.KafkaMeter.Form;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * Registers {@link KafkaMeter}s. Kafka keeps hundreds of metrics for each client, with a random id
 * as their tag, and some for each partition; here each meter is one number without a tag, so their
 * number never grows. A gauge that no client has a value for is NaN. Thread-safe.
 */
public final class KafkaMeters {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Supplier<? extends Map<MetricName, ? extends Metric>> kafka;
  private final Set<KafkaMeter> meters;
  private final Map<KafkaMeter, Double> values = new EnumMap<>(KafkaMeter.class);
  private final Map<MetricName, Double> counted = new HashMap<>();
  private long takenNanos;
  private boolean taken;

  private KafkaMeters(
      Supplier<? extends Map<MetricName, ? extends Metric>> kafka, Set<KafkaMeter> meters) {
    this.kafka = kafka;
    this.meters = meters;
  }

  /** For a service that reads and sends with Kafka Streams: all there are. */
  public static void bindStreams(
      MeterRegistry registry, Supplier<? extends Map<MetricName, ? extends Metric>> kafka) {
    bind(registry, EnumSet.allOf(KafkaMeter.class), kafka);
  }

  /** For a service that only sends. */
  public static void bindProducer(
      MeterRegistry registry, Supplier<? extends Map<MetricName, ? extends Metric>> kafka) {
    bind(
        registry,
        EnumSet.of(
            KafkaMeter.SEND_LATENCY,
            KafkaMeter.SEND_THROTTLE,
            KafkaMeter.RETRIES,
            KafkaMeter.ERRORS,
            KafkaMeter.BUFFER_FREE,
            KafkaMeter.REFUSED),
        kafka);
  }

  private static void bind(
      MeterRegistry registry,
      Set<KafkaMeter> meters,
      Supplier<? extends Map<MetricName, ? extends Metric>> kafka) {
    KafkaMeters all = new KafkaMeters(kafka, meters);
    for (KafkaMeter meter : meters) {
      if (meter.form() == Form.COUNT) {
        FunctionCounter.builder(meter.meterName(), all, each -> each.value(meter))
            .description(meter.description())
            .register(registry);
      } else {
        // A lambda that holds on to it: gauges keep what they measure weakly.
        Gauge.builder(meter.meterName(), () -> all.value(meter))
            .description(meter.description())
            .baseUnit(meter.form().unit().isEmpty() ? null : meter.form().unit())
            .register(registry);
      }
    }
  }

  /** All meters of one scrape come from one look at Kafka's metrics. */
  private synchronized double value(KafkaMeter meter) {
    if (!taken || System.nanoTime() - takenNanos > FRESH_NANOS) {
      look(kafka.get().values());
      takenNanos = System.nanoTime();
      taken = true;
    }
    return values.getOrDefault(meter, meter.form() == Form.COUNT ? 0 : Double.NaN);
  }

  private void look(Collection<? extends Metric> metrics) {
    values.keySet().removeIf(meter -> meter.form() != Form.COUNT);
    Map<MetricName, Double> countedBefore = Map.copyOf(counted);
    counted.clear();
    for (Metric metric : metrics) {
      if (metric.metricValue() instanceof Number number && !Double.isNaN(number.doubleValue())) {
        for (KafkaMeter meter : meters) {
          if (meter.source().is(metric.metricName())) {
            add(meter, metric.metricName(), number.doubleValue(), countedBefore);
          }
        }
      }
    }
  }

  private void add(
      KafkaMeter meter, MetricName name, double value, Map<MetricName, Double> countedBefore) {
    switch (meter.form()) {
      case SUM, SUM_BYTES -> values.merge(meter, value, Double::sum);
      case LARGEST -> values.merge(meter, value, Math::max);
      case LARGEST_MILLIS -> values.merge(meter, value / 1_000, Math::max);
      case COUNT -> {
        counted.put(name, value);
        // What a client that is closed has counted stays in the sum.
        double more = value - countedBefore.getOrDefault(name, 0.0);
        values.merge(meter, Math.max(0, more), Double::sum);
      }
    }
  }
}
