package io.s2stream.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import io.s2stream.ingest.IngestMetrics.StreamMeters;
import io.s2stream.ingest.publish.Acknowledgement;
import io.s2stream.ingest.publish.Acknowledgements;
import io.s2stream.ingest.source.ReaderEvents;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what happens to one stream, for its status and its meters. Thread-safe: the stream's
 * threads and the producer's write, anyone reads.
 */
final class StreamProgress implements ReaderEvents, Acknowledgements {

  private static final Logger LOG = LoggerFactory.getLogger(StreamProgress.class);

  private final String streamId;
  private final StreamMeters meters;
  private final Consumer<Acknowledgement> placed;
  private final AtomicLong decoded = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong sampled = new AtomicLong();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong overrun = new AtomicLong();
  private final AtomicLong decodeErrors = new AtomicLong();
  private volatile StreamStatus.State state = StreamStatus.State.STARTING;
  private volatile boolean live;
  private volatile long declaredMicros;
  private volatile long lastPtsMicros;
  private volatile long lastFrameNanos = System.nanoTime();
  private volatile boolean endedEarly;
  private volatile @Nullable String error;

  /**
   * @param live whether that is known before the source is opened
   * @param placed told each acknowledgement too
   */
  StreamProgress(
      String streamId, boolean live, StreamMeters meters, Consumer<Acknowledgement> placed) {
    this.streamId = streamId;
    this.live = live;
    this.meters = meters;
    this.placed = placed;
  }

  @Override
  public void decoded(long ptsMicros) {
    lastPtsMicros = ptsMicros;
    lastFrameNanos = System.nanoTime();
    decoded.incrementAndGet();
    meters.decoded().increment();
  }

  @Override
  public void dropped() {
    dropped.incrementAndGet();
    meters.dropped().increment();
  }

  @Override
  public void clockRefused() {
    meters.clockRefusals().increment();
  }

  @Override
  public void nearDuplicate() {
    meters.nearDuplicates().increment();
  }

  @Override
  public void decodeError() {
    decodeErrors.incrementAndGet();
    meters.decodeErrors().increment();
  }

  @Override
  public void endedEarly(long lastPts, long declared) {
    endedEarly = true;
    meters.earlyEnds().increment();
  }

  @Override
  public void acknowledged(Acknowledgement record) {
    acknowledged.addAndGet(record.frames());
    meters.published().increment(record.frames());
    meters.publishedBytes().increment((double) record.bytes());
    placed.accept(record);
  }

  @Override
  public void overrun(int frames) {
    overrun.addAndGet(frames);
    meters.overruns().increment(frames);
  }

  @Override
  public void refused(int frames, String why) {
    overrun(frames);
    error = why;
  }

  void frameSampled() {
    sampled.incrementAndGet();
    meters.sampled().increment();
  }

  void opened(boolean isLive, long declared) {
    live = isLive;
    declaredMicros = declared;
    state = StreamStatus.State.RUNNING;
  }

  void lost(String reason, boolean stalled) {
    error = reason;
    meters.losses().increment();
    if (stalled) {
      meters.stalls().increment();
    }
  }

  /** Since a frame left the decoder, or else since this stream began. */
  double secondsSinceLastFrame() {
    return (System.nanoTime() - lastFrameNanos) / 1e9;
  }

  void recovered() {
    error = null;
  }

  void finished() {
    state = StreamStatus.State.FINISHED;
    warnOfDamage();
  }

  void stopped() {
    state = StreamStatus.State.STOPPED;
    warnOfDamage();
  }

  void failed(String reason) {
    meters.failures().increment();
    brokenOff(reason);
  }

  /** As failed, but nobody has given it up: it was to stop anyway, and could not in time. */
  void brokenOff(String reason) {
    error = reason;
    state = StreamStatus.State.FAILED;
    warnOfDamage();
  }

  /** Once at the end, as single errors would fill the log. */
  private void warnOfDamage() {
    List<String> damage = new ArrayList<>();
    if (endedEarly) {
      damage.add(
          "it ended at "
              + (lastPtsMicros / 1e6 + " s although it declares ")
              + (declaredMicros / 1e6 + " s: it is probably truncated"));
    }
    if (decodeErrors.get() > 0) {
      damage.add(decodeErrors + " packets or frames were damaged");
    }
    if (dropped.get() > 0) {
      damage.add(dropped + " frames without a time were dropped");
    }
    if (!damage.isEmpty()) {
      LOG.atWarn()
          .addKeyValue("stream", streamId)
          .log("the video is not whole: {}", String.join("; ", damage));
    }
  }

  StreamStatus status() {
    return new StreamStatus(
        streamId,
        state,
        live,
        decoded.get(),
        dropped.get(),
        sampled.get(),
        acknowledged.get(),
        overrun.get(),
        decodeErrors.get(),
        endedEarly,
        fraction(),
        error);
  }

  private double fraction() {
    if (live) {
      return Double.NaN;
    }
    if (state == StreamStatus.State.FINISHED) {
      return 1;
    }
    if (declaredMicros <= 0) {
      return state == StreamStatus.State.RUNNING ? Double.NaN : 0;
    }
    return Math.max(0, Math.min(1, (double) lastPtsMicros / (double) declaredMicros));
  }
}
