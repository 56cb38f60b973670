package io.s2stream.ingest.source;

import io.s2stream.ingest.libav.Libav;
import io.s2stream.ingest.libav.LibavException;
import io.s2stream.ingest.source.SourceException.Reason;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

import static io.s2stream.ingest.libav.Libav.allocated;
import static io.s2stream.ingest.libav.Libav.check;

/**
 * One video stream's decoder. Damaged data is reported to {@link ReaderEvents} and passed over.
 * Used and closed by the reading thread.
 */
final class Decoder implements AutoCloseable {

  private static final int MAX_ERRORS_IN_A_ROW = 100;

  private final AVCodecContext context;
  private final ReaderEvents events;
  private long errors;

  private Decoder(AVCodecContext context, ReaderEvents events) {
    this.context = context;
    this.events = events;
  }

  static Decoder open(SourceUri uri, AVStream stream, int threads, ReaderEvents events)
      throws SourceException {
    int codecId = stream.codecpar().codec_id();
    String name = avcodec.avcodec_get_name(codecId).getString();
    AVCodec codec = avcodec.avcodec_find_decoder(codecId);
    if (Libav.isNull(codec)) {
      throw unsupported(uri, name, "this build of libav has no decoder for it");
    }
    AVCodecContext context = allocated(avcodec.avcodec_alloc_context3(codec), "decoder");
    try {
      check(avcodec.avcodec_parameters_to_context(context, stream.codecpar()), "set up decoder");
      context.pkt_timebase(stream.time_base());
      context.thread_count(threads);
      check(avcodec.avcodec_open2(context, codec, (AVDictionary) null), "open decoder");
      return new Decoder(context, events);
    } catch (LibavException e) {
      avcodec.avcodec_free_context(context);
      throw unsupported(uri, name, e.getMessage());
    }
  }

  private static SourceException unsupported(SourceUri uri, String codec, @Nullable String why) {
    return new SourceException(
        Reason.UNSUPPORTED, uri + " is encoded as " + codec + ", which can't be decoded: " + why);
  }

  /** Makes the decoder leave out what is not a keyframe, without an error. */
  void skipAllButKeyframes() {
    checkOpen();
    context.skip_frame(avcodec.AVDISCARD_NONKEY);
  }

  /**
   * Feeds a packet, or the end if {@code packet} is null.
   *
   * @throws LibavException if there is no memory
   */
  void send(@Nullable AVPacket packet) {
    checkOpen();
    int code = avcodec.avcodec_send_packet(context, packet);
    if (code < 0 && code != avutil.AVERROR_EOF()) {
      countError(code);
    }
  }

  /**
   * Moves the next decoded picture into {@code frame}; false if more packets are needed.
   *
   * @throws LibavException if there is no memory
   */
  boolean receive(AVFrame frame) {
    checkOpen();
    for (int tries = 0; tries < MAX_ERRORS_IN_A_ROW; tries++) {
      int code = avcodec.avcodec_receive_frame(context, frame);
      if (code >= 0) {
        boolean corrupt = (frame.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0;
        if (corrupt || frame.decode_error_flags() != 0) {
          countError(0);
        }
        return true;
      }
      if (code == Libav.AGAIN || code == avutil.AVERROR_EOF()) {
        return false;
      }
      countError(code);
    }
    return false; // The next packet may help where asking again does not.
  }

  /** Returns how many errors there were so far. */
  long errors() {
    return errors;
  }

  private void checkOpen() {
    if (context.isNull()) {
      throw new IllegalStateException("the decoder is closed");
    }
  }

  private void countError(int code) {
    if (code == avutil.AVERROR_ENOMEM()) {
      throw new LibavException("decode", code);
    }
    errors++;
    events.decodeError();
  }

  @Override
  public void close() {
    if (!context.isNull()) {
      avcodec.avcodec_free_context(context);
    }
  }
}
