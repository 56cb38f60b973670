package io.s2stream.ingest.source;

import io.s2stream.ingest.libav.LibavException;
import io.s2stream.ingest.sample.FrameSampler;
import io.s2stream.ingest.sample.SamplingMode;
import io.s2stream.ingest.source.SourceException.Reason;
import org.bytedeco.ffmpeg.global.avcodec;
import org.jspecify.annotations.Nullable;

/**
 * Reads one video from its start: demuxes, decodes, samples, and converts what was sampled to RGB24
 * of one size with the colours, range and orientation the video declares.
 *
 * <p>A local file is decoded and converted ahead, by a thread for each: what the ffmpeg command
 * does, too.
 *
 * <p>Equal files and options give equal bytes, with one decoder thread also where data is damaged.
 * Owned and used by one thread, which also closes it; others end it through its {@link
 * Cancellation}.
 */
public final class VideoReader implements AutoCloseable {

  /**
   * Converted frames of a file that wait at most, beside one in the converter's hand and one in the
   * caller's.
   */
  private static final int FRAMES_AHEAD = 2;

  private final SourceUri uri;
  private final SampledFrames sampled;
  private final @Nullable ReadAhead<VideoFrame> ahead;
  private final boolean live;
  private final long declaredMicros;
  private final long bytes;
  private boolean closed;

  private VideoReader(
      SourceUri uri,
      ReaderOptions options,
      ReaderEvents events,
      InterruptGuard guard,
      Demuxer demuxer,
      Decoder decoder,
      FrameSampler sampler) {
    this.uri = uri;
    this.live = options.live().isLive(uri, demuxer.bounded());
    this.declaredMicros = demuxer.declaredMicros();
    this.bytes = demuxer.bytes();
    String orientation = Orientation.filtersFor(demuxer.stream().codecpar());
    FrameSupply decoded = new DecodedFrames(uri, options, events, guard, demuxer, decoder, live);
    // A camera gives one frame at a time, and two threads less for each of a thousand are worth
    // more.
    boolean readsAhead = uri.localPath().isPresent() && !live;
    String thread = Thread.currentThread().getName();
    FrameSupply frames =
        readsAhead ? new FramesAhead(decoded, guard, thread + "-decoder") : decoded;
    this.sampled = new SampledFrames(uri, options, events, frames, sampler, orientation);
    this.ahead =
        readsAhead
            ? new ReadAhead<>(sampled::next, guard, FRAMES_AHEAD, thread + "-converter")
            : null;
  }

  /** Opens a source that nobody watches or cancels; see the other overload. */
  public static VideoReader open(SourceUri uri, ReaderOptions options) throws SourceException {
    return open(uri, options, ReaderEvents.NONE, new Cancellation());
  }

  /**
   * Opens a source and its decoder; blocks until the first data arrived.
   *
   * @param events told what is counted, on the thread that calls {@link #next}, or those that work
   *     ahead for it
   * @param cancellation ends this call and all reads
   * @throws SourceException if there is no such source, it is not a video, can't be decoded, or one
   *     of the options is unknown to libav
   */
  public static VideoReader open(
      SourceUri uri, ReaderOptions options, ReaderEvents events, Cancellation cancellation)
      throws SourceException {
    SamplingMode mode = options.sampling().mode();
    long total = mode.needsFrameCount() ? FrameCounter.count(uri, options, cancellation) : 0;
    InterruptGuard guard = new InterruptGuard(options.stallTimeout(), cancellation);
    Demuxer demuxer = null;
    Decoder decoder = null;
    try {
      demuxer = SourceOpening.open(uri, options, guard, events);
      decoder = DecodedFrames.decoder(uri, options, events, demuxer);
      if (mode.keyframesOnly() && uri.localPath().isPresent()) {
        // Not even read from the disk. A camera's packets still have to show that it lives.
        demuxer.stream().discard(avcodec.AVDISCARD_NONKEY);
      }
      return new VideoReader(uri, options, events, guard, demuxer, decoder, mode.sampler(total));
    } catch (SourceException | RuntimeException | Error e) {
      if (decoder != null) {
        decoder.close();
      }
      if (demuxer != null) {
        demuxer.close();
      }
      guard.close();
      if (e instanceof LibavException libav) {
        throw new SourceException(
            Reason.IO, uri + " can't be opened: " + libav.getMessage(), libav);
      }
      throw e;
    }
  }

  /**
   * Returns the next sampled frame, or null at the end (and ever after). Blocks until there is one.
   *
   * @throws SourceException if reading failed, stalled or was cancelled, if a picture can't be
   *     converted, or at the end if nothing at all could be decoded
   * @throws IllegalStateException after {@link #close}
   */
  public @Nullable VideoFrame next() throws SourceException {
    if (closed) {
      throw new IllegalStateException("the reader of " + uri + " is closed");
    }
    return ahead == null ? sampled.next() : ahead.next();
  }

  /**
   * Takes a frame's array back, for one of the next frames. The caller uses the frame no more.
   * Worth it because a new array is zeroed first and in no cache: measured, six times the time.
   */
  public void reuse(VideoFrame frame) {
    sampled.reuse(frame);
  }

  /** Returns the declared length in microseconds, or 0 if the source does not declare one. */
  public long declaredMicros() {
    return declaredMicros;
  }

  /** Returns the size of the source in bytes, or 0 if it is not known. */
  public long bytes() {
    return bytes;
  }

  /** Returns whether this source has no end of its own, so that reaching one means it was lost. */
  public boolean live() {
    return live;
  }

  /** Frees everything; the second and later calls do nothing. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (ahead != null) {
      ahead.close();
    }
    sampled.close();
  }
}
