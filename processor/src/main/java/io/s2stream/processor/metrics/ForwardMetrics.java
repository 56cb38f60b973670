package io.s2stream.processor.metrics;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.s2stream.processor.extract.ExtractionObserver;
import io.s2stream.processor.s2.Phase;
import io.s2stream.processor.s2.PhaseTimes;

/**
 * The meters of the forward itself on one device; {@link ProcessorMetrics} names them. Thread-safe.
 */
public final class ForwardMetrics implements ExtractionObserver {
  private final Counter halvings;
  private final AtomicInteger tileLimit = new AtomicInteger();
  private final Map<Phase, Timer> phases = new EnumMap<>(Phase.class);

  /**
   * @param device number of the device, from 0
   */
  public ForwardMetrics(MeterRegistry registry, int device) {
    String number = Integer.toString(device);
    this.halvings =
        Counter.builder(ProcessorMetrics.TILE_HALVINGS)
            .description("How often the tower got half as many tiles at once for lack of memory")
            .tag(ProcessorMetrics.DEVICE, number)
            .register(registry);
    Gauge.builder(ProcessorMetrics.TILE_LIMIT, tileLimit, AtomicInteger::get)
        .description("Most tiles that the tower is given at once; 0: no limit")
        .tag(ProcessorMetrics.DEVICE, number)
        .register(registry);
    for (Phase phase : Phase.values()) {
      phases.put(
          phase,
          Timer.builder(ProcessorMetrics.FORWARD_PHASE)
              .description("Time that one call of the device spent on each phase")
              .tag("phase", phase.label())
              .tag(ProcessorMetrics.DEVICE, number)
              .register(registry));
    }
  }

  @Override
  public void onTileLimit(int tiles) {
    tileLimit.set(tiles);
  }

  @Override
  public void onFewerTiles(int tileSize, int failedTiles, int nextTiles) {
    halvings.increment();
    tileLimit.set(nextTiles);
  }

  @Override
  public void onForward(PhaseTimes times) {
    phases.forEach((phase, timer) -> timer.record(times.nanos(phase), TimeUnit.NANOSECONDS));
  }
}
