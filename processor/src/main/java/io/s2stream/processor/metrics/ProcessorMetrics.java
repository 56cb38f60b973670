package io.s2stream.processor.metrics;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.s2stream.processor.fault.FaultReason;

/**
 * Every meter of the processor's own that has no stream ({@link StreamMeters} has those).
 * Thread-safe. No tag has more values than its enum or than there are devices.
 */
public final class ProcessorMetrics {
  /** Feature records forwarded to the features topic. */
  public static final String RECORDS = "s2.processor.records";

  /** Frames whose features were forwarded. */
  public static final String FRAMES = "s2.processor.frames";

  /** Frame batches sent to the dead-letter topic; tag {@code reason}. */
  public static final String DEAD_LETTERS = "s2.processor.dead.letters";

  /** Tag: number of an instance of the tower, from 0, in the order of {@code tower.devices}. */
  public static final String DEVICE = "device";

  /** Frames that wait for a device. */
  public static final String QUEUE = "s2.processor.queue.frames";

  /** Seconds of decoding the JPEG frames of one frame batch; raw frames need none. */
  public static final String DECODE = "s2.processor.decode";

  /** Seconds that a record's decoded frames waited for their call of the device. */
  public static final String BATCH_WAIT = "s2.processor.batch.wait";

  /** Calls of the device that failed for lack of memory, however few tiles at once. */
  public static final String OUT_OF_MEMORY = "s2.processor.out.of.memory";

  /** Frames per call of the device. */
  public static final String BATCH_FRAMES = "s2.processor.batch.frames";

  /** Seconds of one call of the device. */
  public static final String FORWARD = "s2.processor.forward";

  /**
   * Seconds that one call of the device spent on each phase; tag {@code phase}. On a GPU what the
   * other phases handed over is waited for in {@code copy}.
   */
  public static final String FORWARD_PHASE = "s2.processor.forward.phase";

  /**
   * How often the tower got half as many tiles at once because memory ran out; a call that failed
   * for good is in {@link #OUT_OF_MEMORY}.
   */
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

  /**
   * As {@link #LATENCY}, to the brokers' acknowledgement of the feature record. Under exactly-once
   * subscribers see it with the next commit, some 100 ms later at most.
   */
  public static final String ACKNOWLEDGED = "s2.processor.acknowledged.latency";

  private static final Duration[] LATENCY_BUCKETS = {
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofMinutes(1),
    Duration.ofMinutes(5)
  };

  private final Counter records;
  private final Counter frames;
  private final Map<FaultReason, Counter> deadLetters = new EnumMap<>(FaultReason.class);
  private final Timer decode;
  private final Timer latency;
  private final Timer acknowledged;
  private final MeterRegistry registry;

  public ProcessorMetrics(MeterRegistry registry) {
    this.registry = registry;
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
    this.decode =
        Timer.builder(DECODE)
            .description("Time of decoding the JPEG frames of one frame batch")
            .register(registry);
    this.latency =
        Timer.builder(LATENCY)
            .description("From the capture of a record's first frame to its forwarded features")
            .register(registry);
    this.acknowledged =
        Timer.builder(ACKNOWLEDGED)
            .description(
                "From the capture of a record's first frame to the brokers' acknowledgement of its features")
            .serviceLevelObjectives(LATENCY_BUCKETS)
            .register(registry);
  }

  /** The meters of the device with this number. */
  public DeviceMeters device(int number) {
    return new DeviceMeters(registry, number);
  }

  /** Has the frames that wait measured. */
  public void queue(Supplier<Number> frames) {
    Gauge.builder(QUEUE, frames).description("Frames that wait for a device").register(registry);
  }

  /** Runs and times the decoding of one frame batch. */
  public <T> T decode(Supplier<T> call) {
    return Objects.requireNonNull(decode.record(call));
  }

  public void recordForwarded(int frameCount, Duration sinceCapture) {
    records.increment();
    frames.increment(frameCount);
    latency.record(notNegative(sinceCapture));
  }

  /** The brokers have a feature record. */
  public void recordAcknowledged(Duration sinceCapture) {
    acknowledged.record(notNegative(sinceCapture));
  }

  /** A camera's clock may be ahead. */
  private static Duration notNegative(Duration time) {
    return time.isNegative() ? Duration.ZERO : time;
  }

  public void deadLetter(FaultReason reason) {
    Counter counter = deadLetters.get(reason);
    if (counter != null) {
      counter.increment();
    }
  }
}
