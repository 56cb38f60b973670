package io.s2stream.processor.metrics;

import java.util.HashSet;
import java.util.Set;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Counts frames that were left out, by stream and reason. Thread-safe.
 *
 * <p>The first streams get a label of their own, as many as may be; the others share one, so that
 * the number of time series is bounded however many streams there are.
 */
public final class SkippedFrames {
  /** Frames that were left out, tags {@code stream} and {@code reason}. */
  public static final String SKIPPED = "s2.processor.skipped.frames";

  /** Label of the streams without one of their own. */
  public static final String OTHER = "other";

  private final MeterRegistry registry;
  private final int maxStreams;
  private final Set<String> streams = new HashSet<>();

  public SkippedFrames(MeterRegistry registry, int maxStreams) {
    this.registry = registry;
    this.maxStreams = maxStreams;
  }

  /** Counts frames of a stream; the reasons are few, and given by the program. */
  public synchronized void count(String stream, String reason, int frames) {
    boolean own = streams.contains(stream) || (streams.size() < maxStreams && streams.add(stream));
    Counter.builder(SKIPPED)
        .description("Frames that were left out")
        .tag("stream", own ? stream : OTHER)
        .tag("reason", reason)
        .register(registry)
        .increment(frames);
  }
}
