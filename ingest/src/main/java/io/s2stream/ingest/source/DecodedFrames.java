package io.s2stream.ingest.source;

import io.s2stream.ingest.source.SourceException.Reason;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.global.avcodec;

import static io.s2stream.ingest.libav.Libav.allocated;

/**
 * The frames of one source in the order they are shown, each with its time: demuxes and decodes.
 * Used by one thread; closed by it, or by whoever knows that it is done. Owns demuxer and decoder.
 */
final class DecodedFrames implements FrameSupply {

  private static final long EARLY_END_MICROS = 500_000;
  // The container's length may be that of a longer audio track.
  private static final long EARLY_END_OF_CONTAINER_MICROS = 2_000_000;
  // A clock set back further than frames are ever out of order.
  private static final long NEW_TIMELINE_MICROS = 1_000_000;

  private final SourceUri uri;
  private final ReaderEvents events;
  private final InterruptGuard guard;
  private final Demuxer demuxer;
  private final FrameClock clock;
  private final CaptureClock captureClock;
  private final boolean live;
  private final ReaderOptions options;
  private final Deinterlacer deinterlacer;
  private final AVPacket packet = allocated(avcodec.av_packet_alloc(), "packet");

  private Decoder decoder;
  private boolean codecChanges;
  private long errorsOfOthers;
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
      ReaderOptions options,
      ReaderEvents events,
      InterruptGuard guard,
      Demuxer demuxer,
      Decoder decoder,
      boolean live) {
    this.uri = uri;
    this.options = options;
    this.deinterlacer = new Deinterlacer(options.pictures().deinterlace());
    this.events = events;
    this.guard = guard;
    this.demuxer = demuxer;
    this.decoder = decoder;
    this.live = live;
    this.clock = FrameClock.of(demuxer.stream(), live);
    this.captureClock = new CaptureClock(demuxer.stream().time_base(), live);
    guard.restart();
    guard.pause();
  }

  @Override
  public boolean next(TimedFrame frame) throws SourceException {
    guard.resume();
    try {
      return decoded(frame);
    } finally {
      guard.pause();
    }
  }

  private boolean decoded(TimedFrame frame) throws SourceException {
    while (true) {
      if (guard.cancelled()) {
        throw demuxer.cancelled();
      }
      if (deinterlacer.poll(frame)) {
        return true;
      }
      if (ended) {
        return false;
      }
      if (decoder.receive(frame.picture())) {
        if (stamp(frame) && deinterlacer.passes(frame)) {
          return true;
        }
      } else if (codecChanges) {
        changeDecoder();
      } else if (draining) {
        ended = true;
        checkEnd();
        deinterlacer.end();
      } else {
        checkErrors();
        feed();
      }
    }
  }

  private void feed() throws SourceException {
    if (!demuxer.read(packet)) {
      decoder.send(null);
      draining = true;
      return;
    }
    packets++;
    // Of packets, not of frames: with keyframes only, or after damage, most give none.
    guard.restart();
    captureClock.note(packet);
    if (demuxer.stream().codecpar().codec_id() == decoder.codecId()) {
      decoder.send(packet);
      avcodec.av_packet_unref(packet);
    } else {
      // A transport stream may go on in another codec. The packet waits until the old one's decoder
      // gave what it holds.
      decoder.send(null);
      codecChanges = true;
    }
  }

  private void changeDecoder() throws SourceException {
    Decoder next = decoder(uri, options, events, demuxer);
    errorsOfOthers += decoder.errors();
    decoder.close();
    decoder = next;
    codecChanges = false;
    decoder.send(packet);
    avcodec.av_packet_unref(packet);
  }

  /** Opens a decoder for what the demuxer gives now. */
  static Decoder decoder(SourceUri uri, ReaderOptions options, ReaderEvents events, Demuxer demuxer)
      throws SourceException {
    boolean keyframesOnly = options.sampling().mode().keyframesOnly();
    return Decoder.open(uri, demuxer.stream(), options.decoding(), keyframesOnly, events);
  }

  /** A file is read on: opening it anew would give the same. */
  private void checkErrors() throws SourceException {
    if (live && decoder.successiveErrors() >= options.decoding().maxSuccessiveErrors()) {
      throw new SourceException(
          Reason.DAMAGED,
          uri
              + (" gave "
                  + decoder.successiveErrors()
                  + " decoding errors in a row without a picture")
              + " (decoding.max-successive-errors)");
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
    long errors = demuxer.errors() + errorsOfOthers + decoder.errors();
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

  @Override
  public long lastMicros() {
    return lastMicros;
  }

  @Override
  public void close() {
    avcodec.av_packet_free(packet);
    deinterlacer.close();
    decoder.close();
    demuxer.close();
    guard.close();
  }
}
