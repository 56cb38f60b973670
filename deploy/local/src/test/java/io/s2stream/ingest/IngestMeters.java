package io.s2stream.ingest;

import io.micrometer.core.instrument.MeterRegistry;

/** Registers what ingest registers for one stream, for tests that list all meters. */
public final class IngestMeters {
  private IngestMeters() {}

  /** The meters of a stream named {@code lobby}. */
  public static void register(MeterRegistry registry) {
    IngestMetrics metrics = new IngestMetrics(registry, 1);
    metrics.forStream("lobby");
    metrics.progress("lobby", () -> 0);
    metrics.lastFrameAge("lobby", () -> 0);
    metrics.configRefusals();
  }
}
