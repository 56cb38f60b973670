package io.s2stream.ingest.source;

import io.s2stream.ingest.libav.LibavException;
import io.s2stream.ingest.source.FrameSampler.Choice;
import io.s2stream.ingest.source.SourceException.Reason;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.global.avcodec;
import org.jspecify.annotations.Nullable;

import static io.s2stream.ingest.libav.Libav.allocated;

/**
 * Reads one video from its start: demuxes, decodes, samples, and converts what was sampled to RGB24
 * of one size with the colours, range and orientation the video declares.
 *
 * <p>Equal files and options give equal bytes, with one decoder thread also where data is damaged.
 * Owned and used by one thread, which also closes it; others end it through its {@link
 * Cancellation}.
 */
public final class VideoReader implements AutoCloseable {

  private static final long EARLY_END_MICROS = 500_000;
  // The container's length may be that of a longer audio track.
  private static final long EARLY_END_OF_CONTAINER_MICROS = 2_000_000;

  private final SourceUri uri;
  private final ReaderOptions options;
  private final ReaderEvents events;
  private final InterruptGuard guard;
  private final Demuxer demuxer;
  private final Decoder decoder;
  private final PictureConverter converter;
  private final FrameClock clock;
  private final CaptureClock captureClock;
  private final FrameSampler sampler;
  private final String streamOrientation;
  private final AVPacket packet = allocated(avcodec.av_packet_alloc(), "packet");
  private final TimedFrame current = new TimedFrame();
  private final TimedFrame held = new TimedFrame();
  private final boolean live;
  private final long declaredMicros;

  private long nextIndex;
  private long packets;
  private long decoded;
  private long endMicros;
  private long lastMicros;
  private long errorsSeen;
  private boolean discontinuity;
  private boolean heldIsNext;
  private boolean draining;
  private boolean ended;
  private boolean closed;

  private VideoReader(
      SourceUri uri,
      ReaderOptions options,
      ReaderEvents events,
      InterruptGuard guard,
      Demuxer demuxer,
      Decoder decoder) {
    this.uri = uri;
    this.options = options;
    this.events = events;
    this.guard = guard;
    this.demuxer = demuxer;
    this.decoder = decoder;
    this.live = options.live().isLive(uri, demuxer.bounded());
    this.declaredMicros = demuxer.declaredMicros();
    this.converter = new PictureConverter(options.size(), options.untaggedColour());
    this.clock = FrameClock.of(demuxer.stream(), live);
    this.captureClock = new CaptureClock(demuxer.stream().time_base(), live);
    this.sampler = new FrameSampler(options.fps());
    this.streamOrientation = Orientation.filtersFor(demuxer.stream().codecpar());
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
   * @param events told what is counted, on the thread that calls {@link #next}
   * @param cancellation ends this call and all reads
   * @throws SourceException if there is no such source, it is not a video, can't be decoded, or one
   *     of the options is unknown to libav
   */
  public static VideoReader open(
      SourceUri uri, ReaderOptions options, ReaderEvents events, Cancellation cancellation)
      throws SourceException {
    InterruptGuard guard = new InterruptGuard(options.stallTimeout(), cancellation);
    Demuxer demuxer = null;
    Decoder decoder = null;
    try {
      demuxer = Demuxer.open(uri, options.libavOptions(), guard, events);
      decoder = Decoder.open(uri, demuxer.stream(), options.decoderThreads(), events);
      return new VideoReader(uri, options, events, guard, demuxer, decoder);
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
    guard.restart();
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
          uri + " can't be read on after " + lastMicros / 1e6 + " s: failed to " + e.getMessage(),
          e);
    }
  }

  private @Nullable VideoFrame step() throws SourceException {
    if (heldIsNext) {
      heldIsNext = false;
      return convert(held);
    }
    if (guard.cancelled()) {
      throw demuxer.cancelled();
    }
    if (decoder.receive(current.picture())) {
      return sample();
    }
    if (draining) {
      ended = true;
      return atEnd();
    }
    if (demuxer.read(packet)) {
      packets++;
      captureClock.note(packet);
      decoder.send(packet);
      avcodec.av_packet_unref(packet);
    } else {
      decoder.send(null);
      draining = true;
    }
    return null;
  }

  /** Looks at the frame in {@code current}; returns it or the held one if that is decided now. */
  private @Nullable VideoFrame sample() {
    guard.restart();
    long timestamp = current.picture().best_effort_timestamp();
    long micros = clock.micros(timestamp);
    noteErrors();
    if (micros == FrameClock.NO_TIME) {
      current.clear();
      events.dropped();
      return null;
    }
    current.stamp(
        micros,
        clock.frameMicros(current.picture().duration()),
        captureClock.captureMicros(timestamp));
    if (captureClock.refused()) {
      events.clockRefused();
    }
    decoded++;
    lastMicros = micros;
    endMicros = micros + current.shownMicros();
    events.decoded(micros);
    VideoFrame released = sampler.releases(micros) ? convert(held) : null;
    discontinuity |= sampler.startsAnew(micros);
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

  private void noteErrors() {
    long errors = demuxer.errors() + decoder.errors();
    discontinuity |= errors != errorsSeen;
    errorsSeen = errors;
  }

  private VideoFrame convert(TimedFrame frame) {
    String orientation = Orientation.filtersFor(frame.picture(), streamOrientation);
    VideoFrame result =
        new VideoFrame(
            nextIndex,
            frame.ptsMicros(),
            frame.captureMicros(),
            frame.discontinuity(),
            options.size(),
            converter.convert(frame.picture(), orientation));
    nextIndex++;
    frame.clear();
    return result;
  }

  private @Nullable VideoFrame atEnd() throws SourceException {
    noteErrors();
    if (decoded == 0 && (packets > 0 || errorsSeen > 0)) {
      throw new SourceException(
          Reason.DAMAGED,
          uri
              + ": no picture could be decoded ("
              + (packets + " packets, " + errorsSeen)
              + " errors); it is damaged, encrypted or edited to nothing");
    }
    long tolerance =
        demuxer.declaresVideoLength() ? EARLY_END_MICROS : EARLY_END_OF_CONTAINER_MICROS;
    if (!live && endMicros + tolerance < declaredMicros) {
      events.endedEarly(lastMicros, declaredMicros);
    }
    return sampler.releasesAtEnd(held.shownMicros()) ? convert(held) : null;
  }

  /** Returns the declared length in microseconds, or 0 if the source does not declare one. */
  public long declaredMicros() {
    return declaredMicros;
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
    avcodec.av_packet_free(packet);
    converter.close();
    decoder.close();
    demuxer.close();
    guard.close();
  }
}
