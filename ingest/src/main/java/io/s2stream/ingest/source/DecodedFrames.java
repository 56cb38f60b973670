package io.s2stream.ingest.source;

import io.s2stream.ingest.source.SourceException.Reason;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.global.avcodec;

import static io.s2stream.ingest.libav.Libav.allocated;

/**
 * The frames of one source in the order they are shown, each with its time: demuxes and decodes.
 * Belongs to the reading thread, which also closes it; owns demuxer and decoder.
 */
final class DecodedFrames implements AutoCloseable {

  private static final long EARLY_END_MICROS = 500_000;
  // The container's length may be that of a longer audio track.
  private static final long EARLY_END_OF_CONTAINER_MICROS = 2_000_000;
  // A clock set back further than frames are ever out of order.
  private static final long NEW_TIMELINE_MICROS = 1_000_000;

  private final SourceUri uri;
  private final ReaderEvents events;
  private final InterruptGuard guard;
  private final Demuxer demuxer;
  private final Decoder decoder;
  private final FrameClock clock;
  private final CaptureClock captureClock;
  private final boolean live;
  private final AVPacket packet = allocated(avcodec.av_packet_alloc(), "packet");

  private long packets;
  private long decoded;
  private long endMicros;
  private long lastMicros;
  private long errorsSeen;
  private boolean discontinuity;
  private boolean draining;
  private boolean ended;

  DecodedFrames(
      SourceUri uri,
      ReaderEvents events,
      InterruptGuard guard,
      Demuxer demuxer,
      Decoder decoder,
      boolean live) {
    this.uri = uri;
    this.events = events;
    this.guard = guard;
    this.demuxer = demuxer;
    this.decoder = decoder;
    this.live = live;
    this.clock = FrameClock.of(demuxer.stream(), live);
    this.captureClock = new CaptureClock(demuxer.stream().time_base(), live);
    guard.restart();
  }

  /**
   * Puts the next frame into {@code frame}; returns false at the end and ever after. It is marked
   * as a discontinuity if something was lost before it or the source's clock was set back.
   *
   * @throws SourceException if reading failed, stalled or was cancelled, or at the end if nothing
   *     at all could be decoded
   */
  boolean next(TimedFrame frame) throws SourceException {
    while (!ended) {
      if (guard.cancelled()) {
        throw demuxer.cancelled();
      }
      if (decoder.receive(frame.picture())) {
        if (stamp(frame)) {
          return true;
        }
      } else if (draining) {
        ended = true;
        checkEnd();
      } else {
        feed();
      }
    }
    return false;
  }

  private void feed() throws SourceException {
    if (demuxer.read(packet)) {
      packets++;
      // Of packets, not of frames: with keyframes only, or after damage, most give none.
      guard.restart();
      captureClock.note(packet);
      decoder.send(packet);
      avcodec.av_packet_unref(packet);
    } else {
      decoder.send(null);
      draining = true;
    }
  }

  private boolean stamp(TimedFrame frame) {
    long timestamp = frame.picture().best_effort_timestamp();
    long micros = clock.micros(timestamp);
    noteErrors();
    if (micros == FrameClock.NO_TIME) {
      frame.clear();
      events.dropped();
      return false;
    }
    frame.stamp(
        micros,
        clock.frameMicros(frame.picture().duration()),
        captureClock.captureMicros(timestamp));
    if (captureClock.refused()) {
      events.clockRefused();
    }
    discontinuity |= decoded > 0 && micros < lastMicros - NEW_TIMELINE_MICROS;
    if (discontinuity) {
      frame.markDiscontinuity();
      discontinuity = false;
    }
    decoded++;
    lastMicros = micros;
    endMicros = micros + frame.shownMicros();
    events.decoded(micros);
    return true;
  }

  private void noteErrors() {
    long errors = demuxer.errors() + decoder.errors();
    discontinuity |= errors != errorsSeen;
    errorsSeen = errors;
  }

  private void checkEnd() throws SourceException {
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
    if (!live && endMicros + tolerance < demuxer.declaredMicros()) {
      events.endedEarly(lastMicros, demuxer.declaredMicros());
    }
  }

  /** Returns the time of the last decoded frame. */
  long lastMicros() {
    return lastMicros;
  }

  @Override
  public void close() {
    avcodec.av_packet_free(packet);
    decoder.close();
    demuxer.close();
    guard.close();
  }
}
