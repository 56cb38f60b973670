package io.s2stream.processor.metrics;

import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** The meters of one device's batches; {@link ProcessorMetrics} names them. Thread-safe. */
public final class DeviceMeters {
  private final DistributionSummary batchFrames;
  private final Timer wait;
  private final Timer forward;
  private final Counter outOfMemory;

  DeviceMeters(MeterRegistry registry, int device) {
    String number = Integer.toString(device);
    this.batchFrames =
        DistributionSummary.builder(ProcessorMetrics.BATCH_FRAMES)
            .description("Frames per call of the device")
            .tag(ProcessorMetrics.DEVICE, number)
            .register(registry);
    this.wait =
        Timer.builder(ProcessorMetrics.BATCH_WAIT)
            .description("How long decoded frames waited for the device and for their batch")
            .tag(ProcessorMetrics.DEVICE, number)
            .register(registry);
    this.forward =
        Timer.builder(ProcessorMetrics.FORWARD)
            .description("Time of one call of the device")
            .tag(ProcessorMetrics.DEVICE, number)
            .register(registry);
    this.outOfMemory =
        Counter.builder(ProcessorMetrics.OUT_OF_MEMORY)
            .description("Calls that the device's memory did not suffice for, even tile by tile")
            .tag(ProcessorMetrics.DEVICE, number)
            .register(registry);
  }

  /** Runs and times one call of the device. */
  public void forward(int frameCount, Runnable call) {
    batchFrames.record(frameCount);
    forward.record(call);
  }

  /** Frames of one record come to their turn. */
  public void waited(long nanos) {
    wait.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** A call failed for lack of memory. */
  public void outOfMemory() {
    outOfMemory.increment();
  }
}
