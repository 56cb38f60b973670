package io.s2stream.processor.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.s2stream.meters.StreamLabels;

/**
 * Counts by stream what became of frames. Thread-safe. The first streams have a label of their own,
 * all others share one: see {@link StreamLabels}.
 */
public final class StreamMeters {
  /** Tag: id of the stream, or {@value StreamLabels#OTHER}. */
  public static final String STREAM = "stream";

  /** Frames whose features were forwarded, tag {@code stream}. */
  public static final String FRAMES = "s2.processor.stream.frames";

  /** Frame batches sent to the dead-letter topic, tag {@code stream}. */
  public static final String DEAD_LETTERS = "s2.processor.stream.dead.letters";

  /** Frames that were left out, tags {@code stream} and {@code reason}. */
  public static final String SKIPPED = "s2.processor.skipped.frames";

  private final MeterRegistry registry;
  private final StreamLabels labels;

  /**
   * @param maxStreams streams with a label of their own
   */
  public StreamMeters(MeterRegistry registry, int maxStreams) {
    this.registry = registry;
    this.labels = new StreamLabels(maxStreams);
  }

  public void forwarded(String stream, int frames) {
    counter(FRAMES, "Frames whose features were forwarded, by stream", stream)
        .register(registry)
        .increment(frames);
  }

  public void deadLetter(String stream) {
    counter(DEAD_LETTERS, "Frame batches sent to the dead-letter topic, by stream", stream)
        .register(registry)
        .increment();
  }

  /** The reasons are few, and given by the program. */
  public void skipped(String stream, String reason, int frames) {
    counter(SKIPPED, "Frames that were left out", stream)
        .tag("reason", reason)
        .register(registry)
        .increment(frames);
  }

  private Counter.Builder counter(String name, String description, String stream) {
    return Counter.builder(name).description(description).tag(STREAM, labels.of(stream));
  }
}
