package io.s2stream.viewer.figures;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.viewer.subscribe.Place;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What the records of one stream say of it: rate, latency, gaps. Works on a sample of the records
 * as well. Thread-safe; constant size.
 */
public final class StreamFigures {
  private static final int LATENCIES = 128;
  private static final int SIGHTINGS = 32;

  /**
   * The same numbers for page, terminal and charts.
   *
   * @param fps sampled frames per second of the video; NaN: not known yet
   * @param p50 latency in seconds from capture to here, median of the last 128; NaN: not known
   * @param p99 the same, 99th percentile
   * @param skipped frames whose features were left out, as far as seen
   * @param dropped frames that ingest dropped as the brokers were slower, by its meters; NaN: not
   *     known
   * @param breaks how often the source lost frames or was opened again, as far as seen
   * @param lastMillis when the last record came
   */
  public record Snapshot(
      double fps,
      double p50,
      double p99,
      long skipped,
      double dropped,
      long breaks,
      long frames,
      long newestIndex,
      boolean ended,
      long lastMillis) {}

  private final float[] latencies = new float[LATENCIES];
  private final long[] seenIndex = new long[SIGHTINGS];
  private final long[] seenPts = new long[SIGHTINGS];
  private int latencyCount;
  private int sightings;
  private long frames;
  private long skipped;
  private long breaks;
  private double dropped = Double.NaN;
  private long newestIndex = -1;
  private boolean ended;
  private long lastMillis;
  private @Nullable Place lastFrames;

  private final Series fpsSeries = new Series();
  private final Series p50Series = new Series();
  private final Series p99Series = new Series();
  private final Series lagSeries = new Series();
  private final Series skippedSeries = new Series();
  private final Series droppedSeries = new Series();
  private final Series breaksSeries = new Series();

  /**
   * @param live whether the record was read as soon as it was there, so that its age now is its
   *     latency
   * @param place of its frames; null if unknown
   */
  public synchronized void saw(
      FeatureRecord record, long nowMillis, boolean live, @Nullable Place place) {
    lastMillis = nowMillis;
    ended = record.getEndOfStream();
    lastFrames = place == null ? lastFrames : place;
    if (record.getSkipped() != null) {
      skipped += record.getFrames().size();
    }
    for (FrameInfo frame : record.getFrames()) {
      frames++;
      breaks += frame.getDiscontinuity() ? 1 : 0;
      newestIndex = frame.getIndex();
      sight(frame);
      if (live && record.getSkipped() == null && frame.getCaptureTimeMicros() > 0) {
        latencies[latencyCount++ % LATENCIES] =
            (nowMillis * 1_000 - frame.getCaptureTimeMicros()) / 1e6f;
      }
    }
  }

  /** A source that was opened again counts its time from the beginning, and so do we. */
  private void sight(FrameInfo frame) {
    int newest = Math.floorMod(sightings - 1, SIGHTINGS);
    if (sightings > 0
        && (frame.getPtsMicros() <= seenPts[newest] || frame.getIndex() <= seenIndex[newest])) {
      sightings = 0;
    }
    int slot = sightings++ % SIGHTINGS;
    seenIndex[slot] = frame.getIndex();
    seenPts[slot] = frame.getPtsMicros();
  }

  public synchronized Snapshot snapshot() {
    float[] sorted = Arrays.copyOf(latencies, Math.min(latencyCount, LATENCIES));
    Arrays.sort(sorted);
    return new Snapshot(
        fps(),
        percentile(sorted, 0.5),
        percentile(sorted, 0.99),
        skipped,
        dropped,
        breaks,
        frames,
        newestIndex,
        ended,
        lastMillis);
  }

  private static double percentile(float[] sorted, double share) {
    return sorted.length == 0
        ? Double.NaN
        : Math.max(0, sorted[(int) Math.ceil(share * sorted.length) - 1]);
  }

  /** By index and time in the video, so that it holds for a sample of the records, too. */
  private double fps() {
    int count = Math.min(sightings, SIGHTINGS);
    if (count < 2) {
      return Double.NaN;
    }
    int newest = (sightings - 1) % SIGHTINGS;
    int oldest = (sightings - count) % SIGHTINGS;
    double seconds = (seenPts[newest] - seenPts[oldest]) / 1e6;
    long between = seenIndex[newest] - seenIndex[oldest];
    return seconds > 0 && between > 0 ? between / seconds : Double.NaN;
  }

  /** Where the frames of the last record lie; null if unknown. */
  public synchronized @Nullable Place lastFrames() {
    return lastFrames;
  }

  /** Forgets where the last frames lay, if there: that topic isn't there any more. */
  synchronized void forgetFramesIn(Set<TopicPartition> partitions) {
    if (lastFrames != null && partitions.contains(lastFrames.partition())) {
      lastFrames = null;
    }
  }

  /**
   * Adds a point to the charts.
   *
   * @param lag messages of the stream's partition that wait; NaN: not known
   * @param newDropped frames that ingest has dropped since it began; NaN: not known
   */
  public void mark(double lag, double newDropped) {
    synchronized (this) {
      dropped = newDropped;
    }
    Snapshot now = snapshot();
    droppedSeries.add(newDropped);
    fpsSeries.add(now.ended() ? 0 : now.fps());
    p50Series.add(now.p50());
    p99Series.add(now.p99());
    lagSeries.add(lag);
    skippedSeries.add(now.skipped());
    breaksSeries.add(now.breaks());
  }

  /** The charts' values by their names. */
  public Map<String, float[]> charts() {
    Map<String, float[]> charts = new LinkedHashMap<>();
    charts.put("fps", fpsSeries.values());
    charts.put("p50", p50Series.values());
    charts.put("p99", p99Series.values());
    charts.put("lag", lagSeries.values());
    charts.put("skipped", skippedSeries.values());
    charts.put("dropped", droppedSeries.values());
    charts.put("breaks", breaksSeries.values());
    return charts;
  }
}
