package io.s2stream.ingest.source;

import java.util.Set;

import io.s2stream.ingest.libav.Libav;
import io.s2stream.ingest.source.SourceException.Reason;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;

/** Hands out the packets of a source's video stream; {@link SourceOpening} opens the source. */
final class Demuxer implements AutoCloseable {

  private static final int EIO = -5;
  private static final long AGAIN_PAUSE_MILLIS = 5;
  private static final int MAX_INVALID_IN_A_ROW = 100;
  private static final Set<String> PLAYLISTS = Set.of("hls", "dash", "sdp");

  private final SourceUri uri;
  private final InterruptGuard guard;
  private final AVFormatContext context;
  private final AVStream stream;
  private final ReaderEvents events;
  private long errors;

  /**
   * @param context opened; closed with this
   * @param stream the one that is read, of that context
   */
  Demuxer(
      SourceUri uri,
      InterruptGuard guard,
      AVFormatContext context,
      AVStream stream,
      ReaderEvents events) {
    this.uri = uri;
    this.guard = guard;
    this.context = context;
    this.stream = stream;
    this.events = events;
  }

  /**
   * Reads the next packet of the video stream. Does not start the guard's clock: a camera that
   * sends sound, or reports without pictures, has stalled as well as a silent one.
   *
   * @return false at the end, also where the data breaks off
   * @throws SourceException if reading failed, stalled or was cancelled, or if the data stays
   *     beyond recognition after {@value #MAX_INVALID_IN_A_ROW} tries
   */
  boolean read(AVPacket packet) throws SourceException {
    int invalid = 0;
    while (true) {
      int code = avformat.av_read_frame(context, packet);
      checkGuard(packet);
      checkIo(packet);
      if (code == Libav.AGAIN) {
        pause();
      } else if (code == avutil.AVERROR_EOF()) {
        return false;
      } else if (code == avutil.AVERROR_INVALIDDATA() && ++invalid < MAX_INVALID_IN_A_ROW) {
        errors++;
        events.decodeError();
      } else if (code < 0) {
        throw readFailed(invalid > 0 ? Reason.DAMAGED : Reason.IO, code);
      } else if (packet.stream_index() == stream.index()) {
        return true;
      } else {
        avcodec.av_packet_unref(packet);
      }
    }
  }

  private void checkGuard(AVPacket packet) throws SourceException {
    if (guard.cancelled()) {
      avcodec.av_packet_unref(packet);
      throw cancelled();
    }
    if (guard.timedOut()) {
      avcodec.av_packet_unref(packet);
      throw new SourceException(Reason.STALLED, uri + " sent no picture for the stall timeout");
    }
  }

  /**
   * A connection or a disk that failed: demuxers tell of it by an end, by invalid data, or only
   * with the next packet, after one that is cut off. What was whole is read again by whoever tries
   * again.
   */
  private void checkIo(AVPacket packet) throws SourceException {
    int code = Libav.isNull(context.pb()) ? 0 : context.pb().error();
    if (code < 0 && code != Libav.AGAIN) {
      avcodec.av_packet_unref(packet);
      throw readFailed(Reason.IO, code);
    }
  }

  private SourceException readFailed(Reason reason, int code) {
    String hint = code == EIO ? "; check the disk or the connection" : "";
    return new SourceException(
        reason, "reading " + uri + " failed: " + Libav.errorText(code) + hint);
  }

  SourceException cancelled() {
    return new SourceException(Reason.CANCELLED, "reading " + uri + " was cancelled");
  }

  private void pause() throws SourceException {
    try {
      Thread.sleep(AGAIN_PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SourceException(Reason.CANCELLED, "reading " + uri + " was interrupted");
    }
  }

  AVStream stream() {
    return stream;
  }

  /** Returns how many times unreadable data was skipped. */
  long errors() {
    return errors;
  }

  /**
   * Returns the video stream's length, or that of the whole container, or 0 if neither is known.
   */
  long declaredMicros() {
    if (stream.duration() > 0) {
      return Libav.toMicros(stream.duration(), stream.time_base());
    }
    return Math.max(0, context.duration());
  }

  /** Returns whether {@link #declaredMicros} is the video stream's own and not the container's. */
  boolean declaresVideoLength() {
    return stream.duration() > 0 || context.nb_streams() == 1;
  }

  /** Returns whether the source has a known length in time or in bytes. */
  boolean bounded() {
    return declaredMicros() > 0 || bytes() > 0;
  }

  /** Returns the size of the source, or 0 if it is not known. */
  long bytes() {
    AVIOContext io = context.pb();
    // The size of a playlist says nothing of the video's.
    boolean playlist = PLAYLISTS.contains(context.iformat().name().getString());
    return playlist || Libav.isNull(io) ? 0 : Math.max(0, avformat.avio_size(io));
  }

  @Override
  public void close() {
    avformat.avformat_close_input(context);
  }
}
