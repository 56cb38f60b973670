package io.s2stream.processor.topology;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;

import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import org.jspecify.annotations.Nullable;

/** Tells which frame batches are too old to be worth the device's time. Thread-safe. */
final class LateFrames {
  /** Why a batch was left out: in the record's {@code skipped} and in the metric. */
  static final String REASON = "late";

  private final @Nullable Duration maxAge;
  private final InstantSource clock;

  /**
   * @param maxAge null: nothing is late
   */
  LateFrames(@Nullable Duration maxAge, InstantSource clock) {
    this.maxAge = maxAge;
    this.clock = clock;
  }

  /** By the newest frame. A batch without frames, or without capture times, is never late. */
  boolean isLate(FrameBatch batch) {
    List<Frame> frames = batch.getFrames();
    if (maxAge == null || frames.isEmpty()) {
      return false;
    }
    long captured = frames.get(frames.size() - 1).getCaptureTimeMicros();
    if (captured <= 0) {
      return false;
    }
    long now = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    return now - captured > maxAge.toNanos() / 1_000;
  }
}
