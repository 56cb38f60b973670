package io.s2stream.ingest.source;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;

import static io.s2stream.ingest.libav.Libav.allocated;

/** A place for one decoded frame and what is known of it besides its pixels; owns the AVFrame. */
final class TimedFrame implements AutoCloseable {

  private final AVFrame picture = allocated(avutil.av_frame_alloc(), "frame");
  private long ptsMicros;
  private long shownMicros;
  private long captureMicros;
  private boolean discontinuity;

  /** Notes the frame's time, how long it is shown, and the wall clock at its capture, in µs. */
  void stamp(long pts, long shown, long capture) {
    ptsMicros = pts;
    shownMicros = shown;
    captureMicros = capture;
    discontinuity = false;
  }

  void markDiscontinuity() {
    discontinuity = true;
  }

  /** Takes over another place's frame, by reference; drops its own. */
  void takeFrom(TimedFrame other) {
    clear();
    avutil.av_frame_move_ref(picture, other.picture);
    ptsMicros = other.ptsMicros;
    shownMicros = other.shownMicros;
    captureMicros = other.captureMicros;
    discontinuity = other.discontinuity;
  }

  void clear() {
    avutil.av_frame_unref(picture);
    discontinuity = false;
  }

  AVFrame picture() {
    return picture;
  }

  long ptsMicros() {
    return ptsMicros;
  }

  /** How long the frame is shown. */
  long shownMicros() {
    return shownMicros;
  }

  /** Wall clock since 1970-01-01 UTC. */
  long captureMicros() {
    return captureMicros;
  }

  boolean discontinuity() {
    return discontinuity;
  }

  @Override
  public void close() {
    avutil.av_frame_free(picture);
  }
}
