package io.s2stream.ingest.source;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

import io.s2stream.ingest.libav.Libav;
import io.s2stream.ingest.source.FrameSampler.Choice;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

import static io.s2stream.ingest.libav.Libav.allocated;

/**
 * Reads one video from its start: demuxes, decodes, samples, and converts what was sampled to RGB24
 * of one size with the colours, range and orientation the video declares.
 *
 * <p>Equal files and options give equal bytes, with one decoder thread also where data is damaged.
 * Owned and used by one thread; others end it through its {@link Cancellation}.
 */
public final class VideoReader implements AutoCloseable {

  private static final long EARLY_END_MICROS = 500_000;
  // The container's length may be that of a longer audio track.
  private static final long EARLY_END_OF_CONTAINER_MICROS = 2_000_000;

  private final ReaderOptions options;
  private final ReaderEvents events;
  private final InterruptGuard guard;
  private final Demuxer demuxer;
  private final Decoder decoder;
  private final PictureConverter converter;
  private final FrameClock clock;
  private final FrameSampler sampler;
  private final String streamOrientation;
  private final AVPacket packet = allocated(avcodec.av_packet_alloc(), "packet");
  private final AVFrame frame = allocated(avutil.av_frame_alloc(), "frame");

  private long nextIndex;
  private long lastMicros;
  private long errorsSeen;
  private boolean discontinuity;
  private boolean draining;
  private boolean ended;

  private VideoReader(
      ReaderOptions options,
      ReaderEvents events,
      InterruptGuard guard,
      Demuxer demuxer,
      Decoder decoder) {
    this.options = options;
    this.events = events;
    this.guard = guard;
    this.demuxer = demuxer;
    this.decoder = decoder;
    double sourceFps = Libav.toDouble(demuxer.stream().avg_frame_rate());
    this.converter = new PictureConverter(options.size(), options.untaggedColour());
    this.clock = new FrameClock(demuxer.stream(), sourceFps, demuxer.live());
    this.sampler = new FrameSampler(options.fps(), sourceFps);
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
   * @throws SourceException if there is no such source, it is not a video, or can't be decoded
   */
  public static VideoReader open(
      SourceUri uri, ReaderOptions options, ReaderEvents events, Cancellation cancellation)
      throws SourceException {
    InterruptGuard guard = new InterruptGuard(options.stallTimeout(), cancellation);
    Demuxer demuxer = null;
    try {
      demuxer = Demuxer.open(uri, options.libavOptions(), guard);
      Decoder decoder = Decoder.open(uri, demuxer.stream(), options.decoderThreads(), events);
      return new VideoReader(options, events, guard, demuxer, decoder);
    } catch (SourceException | RuntimeException e) {
      if (demuxer != null) {
        demuxer.close();
      }
      guard.close();
      throw e;
    }
  }

  /**
   * Returns the next sampled frame, or null at the end (and ever after). Blocks until there is one.
   *
   * @throws SourceException if reading failed, stalled or was cancelled
   * @throws io.s2stream.ingest.libav.LibavException if a picture can't be converted
   */
  public @Nullable VideoFrame next() throws SourceException {
    while (!ended) {
      if (decoder.receive(frame)) {
        VideoFrame sampled = sample();
        if (sampled != null) {
          return sampled;
        }
      } else if (draining) {
        ended = true;
        reportEarlyEnd();
      } else {
        feedDecoder();
      }
    }
    return null;
  }

  private void feedDecoder() throws SourceException {
    if (demuxer.read(packet)) {
      decoder.send(packet);
      avcodec.av_packet_unref(packet);
    } else {
      decoder.send(null);
      draining = true;
    }
  }

  private @Nullable VideoFrame sample() {
    try {
      long micros = clock.micros(frame);
      if (decoder.errors() != errorsSeen) {
        errorsSeen = decoder.errors();
        discontinuity = true;
      }
      if (micros == FrameClock.NO_TIME) {
        return null;
      }
      lastMicros = micros;
      events.decoded(micros);
      Choice choice = sampler.choose(micros);
      if (choice == Choice.SKIP) {
        return null;
      }
      boolean gap = discontinuity || choice == Choice.TAKE_NEW_TIMELINE;
      byte[] rgb = converter.convert(frame, Orientation.filtersFor(frame, streamOrientation));
      discontinuity = false;
      return new VideoFrame(nextIndex++, micros, nowMicros(), gap, options.size(), rgb);
    } finally {
      avutil.av_frame_unref(frame);
    }
  }

  private static long nowMicros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  private void reportEarlyEnd() {
    long declared = demuxer.declaredMicros();
    long tolerance =
        demuxer.declaresVideoLength() ? EARLY_END_MICROS : EARLY_END_OF_CONTAINER_MICROS;
    long end = lastMicros + clock.frameMicros();
    if (!live() && end + tolerance < declared) {
      events.endedEarly(lastMicros, declared);
    }
  }

  /** Returns the declared length in microseconds, or 0 if the source does not declare one. */
  public long declaredMicros() {
    return demuxer.declaredMicros();
  }

  /** Returns whether this source has no end of its own, so that reaching one means it was lost. */
  public boolean live() {
    return demuxer.live();
  }

  @Override
  public void close() {
    avutil.av_frame_free(frame);
    avcodec.av_packet_free(packet);
    converter.close();
    decoder.close();
    demuxer.close();
    guard.close();
  }
}
