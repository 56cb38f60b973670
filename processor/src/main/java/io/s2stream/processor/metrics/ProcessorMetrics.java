package io.s2stream.processor.metrics;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.s2stream.processor.fault.FaultReason;

/** Every meter of the processor. Thread-safe. No tag has more values than its enum. */
public final class ProcessorMetrics {
  /** Feature records forwarded to the features topic. */
  public static final String RECORDS = "s2.processor.records";

  /** Frames whose features were forwarded. */
  public static final String FRAMES = "s2.processor.frames";

  /** Frame batches sent to the dead-letter topic; tag {@code reason}. */
  public static final String DEAD_LETTERS = "s2.processor.dead.letters";

  /** Frames per call of the device. */
  public static final String BATCH_FRAMES = "s2.processor.batch.frames";

  /** Seconds of one call of the device. */
  public static final String FORWARD = "s2.processor.forward";

  /**
   * Seconds that one call of the device spent on each phase; tag {@code phase}. On a GPU what the
   * other phases handed over is waited for in {@code copy}.
   */
  public static final String FORWARD_PHASE = "s2.processor.forward.phase";

  /** How often the tower got half as many tiles at once because memory ran short. */
  public static final String TILE_HALVINGS = "s2.processor.tile.halvings";

  /**
   * Most tiles that the tower is given at once: max-tiles-per-forward until memory runs short; 0 =
   * no limit.
   */
  public static final String TILE_LIMIT = "s2.processor.tile.limit";

  /**
   * Seconds from a frame batch's timestamp (capture of its first frame) to its forwarded feature
   * record.
   */
  public static final String LATENCY = "s2.processor.latency";

  private final Counter records;
  private final Counter frames;
  private final Map<FaultReason, Counter> deadLetters = new EnumMap<>(FaultReason.class);
  private final DistributionSummary batchFrames;
  private final Timer forward;
  private final Timer latency;

  public ProcessorMetrics(MeterRegistry registry) {
    this.records =
        Counter.builder(RECORDS)
            .description("Feature records forwarded to the features topic")
            .register(registry);
    this.frames =
        Counter.builder(FRAMES)
            .description("Frames whose features were forwarded")
            .register(registry);
    for (FaultReason reason : FaultReason.values()) {
      deadLetters.put(
          reason,
          Counter.builder(DEAD_LETTERS)
              .description("Frame batches sent to the dead-letter topic")
              .tag("reason", reason.label())
              .register(registry));
    }
    this.batchFrames =
        DistributionSummary.builder(BATCH_FRAMES)
            .description("Frames per call of the device")
            .register(registry);
    this.forward =
        Timer.builder(FORWARD).description("Time of one call of the device").register(registry);
    this.latency =
        Timer.builder(LATENCY)
            .description("From the capture of a record's first frame to its forwarded features")
            .register(registry);
  }

  /** Runs and times one call of the device. */
  public void forward(int frameCount, Runnable call) {
    batchFrames.record(frameCount);
    forward.record(call);
  }

  public void recordForwarded(int frameCount, Duration sinceCapture) {
    records.increment();
    frames.increment(frameCount);
    latency.record(sinceCapture.isNegative() ? Duration.ZERO : sinceCapture);
  }

  public void deadLetter(FaultReason reason) {
    Counter counter = deadLetters.get(reason);
    if (counter != null) {
      counter.increment();
    }
  }
}
