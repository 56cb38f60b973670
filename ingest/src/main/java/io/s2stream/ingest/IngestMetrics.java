package io.s2stream.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Every meter of the ingest service. All are counters with the tag {@value #STREAM}. */
public final class IngestMetrics {

  /** Tag: the stream's id. */
  public static final String STREAM = "stream";

  /** Frames that left the decoder, sampled or not. */
  public static final String DECODED = "s2.ingest.frames.decoded";

  /** Decoded frames without a time at the start of a live source, which go nowhere. */
  public static final String DROPPED = "s2.ingest.frames.dropped";

  /** Sampled frames that were dropped as they hardly differ from the last one published. */
  public static final String NEAR_DUPLICATES = "s2.ingest.frames.near.duplicates";

  /** Frames chosen to be published. */
  public static final String SAMPLED = "s2.ingest.frames.sampled";

  /** Frames the broker has acknowledged. */
  public static final String PUBLISHED = "s2.ingest.frames.published";

  /** Sampled frames of live streams that were dropped, oldest first: the broker was slower. */
  public static final String OVERRUNS = "s2.ingest.frames.overrun";

  /** Bytes of acknowledged record values, as serialised. */
  public static final String BYTES = "s2.ingest.published.bytes";

  /** Packets that could not be read or decoded and frames marked as damaged. */
  public static final String DECODE_ERRORS = "s2.ingest.decode.errors";

  /** Files that ended before their declared length. */
  public static final String EARLY_ENDS = "s2.ingest.early.ends";

  /** Losses of a live source, each followed by an attempt to open it again. */
  public static final String LOSSES = "s2.ingest.source.losses";

  /** Frames whose camera's clock was too far off, so that their time of arrival stands. */
  public static final String CLOCK_REFUSALS = "s2.ingest.clock.refusals";

  private final MeterRegistry registry;

  public IngestMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Returns the counters of one stream. */
  StreamMeters forStream(String streamId) {
    return new StreamMeters(
        counter(DECODED, "Frames that left the decoder", streamId),
        counter(DROPPED, "Decoded frames of unknown time", streamId),
        counter(NEAR_DUPLICATES, "Frames that hardly differ from the last one", streamId),
        counter(SAMPLED, "Frames chosen to be published", streamId),
        counter(PUBLISHED, "Frames acknowledged by the broker", streamId),
        Counter.builder(BYTES)
            .description("Bytes of acknowledged record values")
            .baseUnit("bytes")
            .tag(STREAM, streamId)
            .register(registry),
        counter(DECODE_ERRORS, "Undecodable packets and damaged frames", streamId),
        counter(EARLY_ENDS, "Files that ended before their declared length", streamId),
        counter(LOSSES, "Losses of a live source", streamId),
        counter(OVERRUNS, "Frames of live streams dropped as the broker was slower", streamId),
        counter(CLOCK_REFUSALS, "Frames whose camera's clock is too far off", streamId));
  }

  private Counter counter(String name, String description, String streamId) {
    return Counter.builder(name).description(description).tag(STREAM, streamId).register(registry);
  }

  record StreamMeters(
      Counter decoded,
      Counter dropped,
      Counter nearDuplicates,
      Counter sampled,
      Counter published,
      Counter publishedBytes,
      Counter decodeErrors,
      Counter earlyEnds,
      Counter losses,
      Counter overruns,
      Counter clockRefusals) {}
}
