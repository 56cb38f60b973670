package io.s2stream.processor.metrics;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.s2stream.processor.metrics.NvidiaSmi.Gpu;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Memory and utilisation of the GPUs that this process sees, asked of {@link NvidiaSmi} every 15 s
 * on a thread of its own. Without the tool there are no such meters; while it fails they are NaN.
 */
public final class GpuMeters implements AutoCloseable {
  /** Tag: the driver's number of the GPU. */
  public static final String GPU = "gpu";

  /** Gauge: bytes of the GPU's memory in use, by all processes; tag {@code gpu}. */
  public static final String MEMORY_USED = "s2.gpu.memory.used";

  /** Gauge: bytes of memory that the GPU has; tag {@code gpu}. */
  public static final String MEMORY_TOTAL = "s2.gpu.memory.total";

  /** Gauge: share of the time that something ran on the GPU, 0 to 1; tag {@code gpu}. */
  public static final String UTILIZATION = "s2.gpu.utilization";

  private static final Logger LOG = LoggerFactory.getLogger(GpuMeters.class);
  private static final Duration INTERVAL = Duration.ofSeconds(15);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final MeterRegistry registry;
  private final NvidiaSmi tool;
  private final Duration interval;
  private final Map<Integer, Gpu> gpus = new ConcurrentHashMap<>();
  private final Thread thread = new Thread(this::run, "s2-gpu-meters");
  private boolean failing;

  private GpuMeters(MeterRegistry registry, NvidiaSmi tool, Duration interval) {
    this.registry = registry;
    this.tool = tool;
    this.interval = interval;
  }

  /** Starts to ask. */
  public static GpuMeters start(MeterRegistry registry) {
    return start(registry, new NvidiaSmi("nvidia-smi", PATIENCE), INTERVAL);
  }

  static GpuMeters start(MeterRegistry registry, NvidiaSmi tool, Duration interval) {
    GpuMeters meters = new GpuMeters(registry, tool, interval);
    meters.thread.setDaemon(true);
    meters.thread.start();
    return meters;
  }

  private void run() {
    try {
      while (true) {
        ask();
        Thread.sleep(interval.toMillis());
      }
    } catch (NvidiaSmi.MissingException e) {
      LOG.info("No meters of GPU memory and utilisation: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Closed.
    }
  }

  private void ask() throws NvidiaSmi.MissingException, InterruptedException {
    try {
      List<Gpu> found = tool.ask();
      gpus.keySet().retainAll(found.stream().map(Gpu::index).toList());
      for (Gpu gpu : found) {
        gpus.put(gpu.index(), gpu);
        register(registry, gpu.index(), () -> gpus.get(gpu.index()));
      }
      failing = false;
    } catch (NvidiaSmi.MissingException e) {
      throw e;
    } catch (IOException e) {
      gpus.clear();
      if (!failing) {
        LOG.warn("GPU memory and utilisation are unknown until it works again: {}", e.getMessage());
      }
      failing = true;
    }
  }

  /** Registers the meters of one GPU; of one that has some this does nothing. */
  static void register(MeterRegistry registry, int index, Supplier<@Nullable Gpu> gpu) {
    gauge(
            MEMORY_USED,
            "Memory of the GPU in use, by all processes",
            "bytes",
            index,
            gpu,
            Gpu::usedBytes)
        .register(registry);
    gauge(MEMORY_TOTAL, "Memory of the GPU", "bytes", index, gpu, Gpu::totalBytes)
        .register(registry);
    gauge(
            UTILIZATION,
            "Share of the time that something ran on the GPU",
            null,
            index,
            gpu,
            Gpu::utilization)
        .register(registry);
  }

  private static Gauge.Builder<?> gauge(
      String name,
      String description,
      @Nullable String unit,
      int index,
      Supplier<@Nullable Gpu> gpu,
      ToDoubleFunction<Gpu> part) {
    return Gauge.builder(
            name,
            () -> {
              Gpu now = gpu.get();
              return now == null ? Double.NaN : part.applyAsDouble(now);
            })
        .description(description)
        .baseUnit(unit)
        .tag(GPU, Integer.toString(index));
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
