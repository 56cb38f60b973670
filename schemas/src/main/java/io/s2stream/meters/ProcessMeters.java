package io.s2stream.meters;

import java.lang.management.ManagementFactory;
import java.util.List;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;

/**
 * What a service's process is and uses: Micrometer's meters of the JVM (heap, buffers, garbage
 * collection, threads), processor time, file descriptors and uptime, and what is missing there.
 */
public final class ProcessMeters implements AutoCloseable {
  /**
   * Gauge: always 1; tags {@code version}, and at the processor {@code tower} (its name) and {@code
   * tower.sha256}.
   */
  public static final String BUILD_INFO = "s2.build.info";

  /**
   * Gauge: bytes of memory that the process has in use, as the kernel counts them: the heap, and
   * what native libraries took beside it. NaN where there is no {@code /proc}.
   */
  public static final String RESIDENT_MEMORY = "s2.process.resident.memory";

  /** Gauge: the most that {@link #RESIDENT_MEMORY} has been. */
  public static final String RESIDENT_MEMORY_PEAK = "s2.process.resident.memory.peak";

  /** Counter: seconds of processor time, of all threads. */
  public static final String PROCESSOR_TIME = "s2.process.cpu";

  private static final double NANOS_PER_SECOND = 1e9;

  private final JvmGcMetrics collections = new JvmGcMetrics();

  private ProcessMeters() {}

  /**
   * Registers all but {@link #BUILD_INFO}.
   *
   * @return close it when the service ends: it listens to the garbage collectors
   */
  public static ProcessMeters bind(MeterRegistry registry) {
    ProcessMeters meters = new ProcessMeters();
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    processorTime(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    meters.collections.bindTo(registry);
    Gauge.builder(RESIDENT_MEMORY, () -> ResidentMemory.bytes("VmRSS"))
        .description("Memory of the process in use: the heap and what native libraries take")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder(RESIDENT_MEMORY_PEAK, () -> ResidentMemory.bytes("VmHWM"))
        .description("The most memory that the process has had in use")
        .baseUnit("bytes")
        .register(registry);
    return meters;
  }

  /**
   * Micrometer's has a name that Prometheus' own check refuses, as has the number of processors.
   */
  private static void processorTime(MeterRegistry registry) {
    for (String refused : List.of("process.cpu.time", "system.cpu.count")) {
      registry.find(refused).meters().forEach(registry::remove);
    }
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system) {
      FunctionCounter.builder(
              PROCESSOR_TIME, system, each -> each.getProcessCpuTime() / NANOS_PER_SECOND)
          .description("Processor time of the process, of all threads")
          .baseUnit("seconds")
          .register(registry);
    }
  }

  /** Registers {@link #BUILD_INFO}. */
  public static void buildInfo(MeterRegistry registry, Tags tags) {
    Gauge.builder(BUILD_INFO, () -> 1)
        .description("Always 1; the tags say what runs")
        .tags(tags)
        .register(registry);
  }

  @Override
  public void close() {
    collections.close();
  }
}
