package io.s2stream.ingest.source;

import java.util.ArrayDeque;
import java.util.Deque;

import io.s2stream.ingest.libav.LibavException;
import io.s2stream.ingest.sample.FrameSampler;
import io.s2stream.ingest.sample.FrameSampler.Choice;
import io.s2stream.ingest.sample.NearDuplicates;
import io.s2stream.ingest.sample.Sampling;
import io.s2stream.ingest.sample.SamplingMode;
import io.s2stream.ingest.source.SourceException.Reason;
import org.bytedeco.ffmpeg.global.avcodec;
import org.jspecify.annotations.Nullable;

/**
 * Reads one video from its start: demuxes, decodes, samples, and converts what was sampled to RGB24
 * of one size with the colours, range and orientation the video declares.
 *
 * <p>Equal files and options give equal bytes, with one decoder thread also where data is damaged.
 * Owned and used by one thread, which also closes it; others end it through its {@link
 * Cancellation}.
 */
public final class VideoReader implements AutoCloseable {

  private final SourceUri uri;
  private final ReaderOptions options;
  private final ReaderEvents events;
  private final FrameSupply frames;
  private final PictureConverter converter;
  private final FrameSampler sampler;
  private final @Nullable NearDuplicates nearDuplicates;
  private final String streamOrientation;
  private final TimedFrame current = new TimedFrame();
  private final TimedFrame held = new TimedFrame();
  private final boolean live;
  private final long declaredMicros;
  private final long bytes;

  private final Deque<byte[]> spares = new ArrayDeque<>();

  private long nextIndex;
  private boolean discontinuity;
  private boolean heldIsNext;
  private @Nullable VideoFrame repeated;
  private int repeats;
  private boolean ended;
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
    this.options = options;
    this.events = events;
    this.sampler = sampler;
    this.live = options.live().isLive(uri, demuxer.bounded());
    this.declaredMicros = demuxer.declaredMicros();
    this.bytes = demuxer.bytes();
    this.streamOrientation = Orientation.filtersFor(demuxer.stream().codecpar());
    FrameSupply decoded = new DecodedFrames(uri, options, events, guard, demuxer, decoder, live);
    // A camera gives one frame at a time, and a thread less for each of a thousand is worth more.
    this.frames =
        uri.localPath().isPresent() && !live
            ? new FramesAhead(decoded, guard, Thread.currentThread().getName() + "-decoder")
            : decoded;
    this.converter = new PictureConverter(uri, options.size(), options.pictures());
    Sampling sampling = options.sampling();
    this.nearDuplicates =
        sampling.minDifference() > 0
            ? new NearDuplicates(sampling.minDifference(), sampling.maxGap())
            : null;
    this.nextIndex = options.firstIndex();
    this.discontinuity = options.firstIndex() > 0;
  }

  /** Opens a source that nobody watches or cancels; see the other overload. */
  public static VideoReader open(SourceUri uri, ReaderOptions options) throws SourceException {
    return open(uri, options, ReaderEvents.NONE, new Cancellation());
  }

  /**
   * Opens a source and its decoder; blocks until the first data arrived.
   *
   * @param events told what is counted, on the thread that calls {@link #next}, or that decodes for
   *     it
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
    try {
      while (!ended) {
        VideoFrame sampled = step();
        if (sampled != null) {
          return sampled;
        }
      }
      return null;
    } catch (LibavException e) {
      ended = true;
      throw new SourceException(
          Reason.UNSUPPORTED,
          uri
              + " can't be read on after "
              + frames.lastMicros() / 1e6
              + " s: failed to "
              + e.getMessage(),
          e);
    }
  }

  private @Nullable VideoFrame step() throws SourceException {
    if (repeated != null && repeats > 0) {
      repeats--;
      return again(repeated);
    }
    if (heldIsNext) {
      heldIsNext = false;
      return goOn(held);
    }
    if (!sampler.finished() && frames.next(current)) {
      return sample();
    }
    ended = true;
    return sampler.releasesAtEnd(held.shownMicros()) ? goOn(held) : null;
  }

  /** Looks at the frame in {@code current}; returns it or the held one if that is decided now. */
  private @Nullable VideoFrame sample() throws SourceException {
    long micros = current.ptsMicros();
    VideoFrame released = sampler.releases(micros) ? goOn(held) : null;
    discontinuity |= current.discontinuity();
    Choice choice = sampler.choose(micros);
    if (choice == Choice.SKIP) {
      current.clear();
      return released;
    }
    if (discontinuity || held.discontinuity()) {
      current.markDiscontinuity();
    }
    discontinuity = false;
    held.takeFrom(current);
    heldIsNext = choice == Choice.TAKE;
    return released;
  }

  /** Returns a chosen frame as it is published, or null if it is nearly the one before. */
  private @Nullable VideoFrame goOn(TimedFrame frame) throws SourceException {
    try {
      if (nearDuplicates != null
          && !nearDuplicates.goesOn(
              converter.thumbnail(frame.picture()), frame.ptsMicros(), frame.discontinuity())) {
        events.nearDuplicate();
        return null;
      }
      String orientation = Orientation.filtersFor(frame.picture(), streamOrientation);
      VideoFrame result =
          new VideoFrame(
              nextIndex,
              frame.ptsMicros(),
              frame.captureMicros(),
              frame.discontinuity(),
              options.size(),
              converter.rgb(frame.picture(), orientation, spares.poll()));
      nextIndex++;
      repeats = sampler.copies() - 1;
      repeated = repeats > 0 ? result : null;
      return result;
    } finally {
      frame.clear();
    }
  }

  private VideoFrame again(VideoFrame frame) {
    byte[] rgb = frame.rgb();
    byte[] spare = spares.poll();
    byte[] copy = spare != null && spare.length == rgb.length ? spare : new byte[rgb.length];
    // The frame may have been given back already; until the next picture no array is written to,
    // but with this one.
    System.arraycopy(rgb, 0, copy, 0, rgb.length);
    return new VideoFrame(
        nextIndex++, frame.ptsMicros(), frame.captureTimeMicros(), false, frame.size(), copy);
  }

  /**
   * Takes a frame's array back, for one of the next frames. The caller uses the frame no more.
   * Worth it because a new array is zeroed first and in no cache: measured, six times the time.
   */
  public void reuse(VideoFrame frame) {
    spares.add(frame.rgb());
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
    current.close();
    held.close();
    converter.close();
    frames.close();
  }
}
