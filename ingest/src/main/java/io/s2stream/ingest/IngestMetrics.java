package io.s2stream.ingest;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.s2stream.meters.StreamLabels;

/**
 * Every meter of the ingest service. All have the tag {@value #STREAM}, and are counters unless
 * they say otherwise. Thread-safe.
 */
public final class IngestMetrics {

  /**
   * Tag: id of the entry of {@code streams}, which the files of a folder share; beyond {@code
   * max-stream-labels} entries all others share {@value StreamLabels#OTHER}.
   */
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

  /** Losses of a source, each followed by an attempt to open it again. */
  public static final String LOSSES = "s2.ingest.source.losses";

  /** Of the losses those of a source that gave nothing for the stall timeout. */
  public static final String STALLS = "s2.ingest.source.stalls";

  /** Streams that were given up, each file of an entry for itself. */
  public static final String FAILURES = "s2.ingest.stream.failures";

  /**
   * Gauge: seconds since the last frame left the decoder, of the live streams of an entry the
   * longest; since the stream started if none has.
   */
  public static final String LAST_FRAME_AGE = "s2.ingest.last.frame.age";

  /** Frames whose camera's clock was too far off, so that their time of arrival stands. */
  public static final String CLOCK_REFUSALS = "s2.ingest.clock.refusals";

  /** Gauge: share of a file, or of an entry's files, that was read, 0 to 1. */
  public static final String PROGRESS = "s2.ingest.progress";

  /** Counter without tag: changes of the configuration file that were not applied. */
  public static final String CONFIG_REFUSALS = "s2.ingest.config.refusals";

  private final MeterRegistry registry;
  private final StreamLabels labels;
  private final Map<String, String> labelled = new ConcurrentHashMap<>();
  private final Map<String, StreamMeters> counters = new ConcurrentHashMap<>();
  private final Map<String, Gauge> progress = new ConcurrentHashMap<>();
  private final Map<String, Gauge> ages = new ConcurrentHashMap<>();

  /**
   * @param maxStreams entries with a label of their own
   */
  public IngestMetrics(MeterRegistry registry, int maxStreams) {
    this.registry = registry;
    this.labels = new StreamLabels(maxStreams);
  }

  /** The value of the tag for an entry. */
  String label(String entry) {
    return labelled.computeIfAbsent(entry, labels::of);
  }

  /** Returns the counters of an entry of {@code streams}, which all of its files share. */
  StreamMeters forStream(String entry) {
    return counters.computeIfAbsent(label(entry), this::register);
  }

  Counter configRefusals() {
    return Counter.builder(CONFIG_REFUSALS)
        .description("Changes of the configuration file that were not applied")
        .register(registry);
  }

  /** Has the progress of the entries with this label measured. */
  void progress(String label, Supplier<Number> fraction) {
    progress.computeIfAbsent(
        label,
        id ->
            Gauge.builder(PROGRESS, fraction)
                .description("Share of the entry's files that was read")
                .tag(STREAM, id)
                .register(registry));
  }

  /** Has the age of the last frame measured, of the live streams of the entries with this label. */
  void lastFrameAge(String label, Supplier<Number> seconds) {
    ages.computeIfAbsent(
        label,
        id ->
            Gauge.builder(LAST_FRAME_AGE, seconds)
                .description(
                    "Time since the last frame left the decoder, of the longest silent stream")
                .baseUnit("seconds")
                .tag(STREAM, id)
                .register(registry));
  }

  /** Removes the meters of all other entries, so that streams which come and go leave nothing. */
  void keep(Set<String> entries) {
    labelled
        .keySet()
        .removeIf(
            entry -> {
              boolean gone = !entries.contains(entry);
              if (gone) {
                labels.free(entry);
              }
              return gone;
            });
    Set<String> kept = Set.copyOf(labelled.values());
    counters.entrySet().removeIf(each -> removed(kept, each.getKey(), each.getValue().all()));
    for (Map<String, Gauge> gauges : List.of(progress, ages)) {
      gauges.entrySet().removeIf(each -> removed(kept, each.getKey(), List.of(each.getValue())));
    }
  }

  private boolean removed(Set<String> kept, String label, List<? extends Meter> meters) {
    if (kept.contains(label)) {
      return false;
    }
    meters.forEach(registry::remove);
    return true;
  }

  private StreamMeters register(String streamId) {
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
        counter(LOSSES, "Losses of a source that is opened again", streamId),
        counter(STALLS, "Losses of a source that gave nothing for the stall timeout", streamId),
        counter(FAILURES, "Streams that were given up", streamId),
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
      Counter stalls,
      Counter failures,
      Counter overruns,
      Counter clockRefusals) {

    List<Counter> all() {
      return List.of(
          decoded,
          dropped,
          nearDuplicates,
          sampled,
          published,
          publishedBytes,
          decodeErrors,
          earlyEnds,
          losses,
          stalls,
          failures,
          overruns,
          clockRefusals);
    }
  }
}
