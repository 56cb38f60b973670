package io.s2stream.processor.metrics;

import io.micrometer.core.instrument.MeterRegistry;

/** Registers what there is for each GPU, for tests that list all meters. */
public final class GpuMeterList {
  private GpuMeterList() {}

  /** The meters of a GPU that nothing is known of. */
  public static void register(MeterRegistry registry) {
    GpuMeters.register(registry, 0, () -> null);
  }
}
