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

/** One video stream's decoder. Damaged data is reported to {@link ReaderEvents} and passed over. */
final class Decoder implements AutoCloseable {

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

  /** Feeds a packet, or the end if {@code packet} is null. */
  void send(@Nullable AVPacket packet) {
    int code = avcodec.avcodec_send_packet(context, packet);
    if (code < 0 && code != avutil.AVERROR_EOF()) {
      countError();
    }
  }

  /** Moves the next decoded picture into {@code frame}; false if more packets are needed. */
  boolean receive(AVFrame frame) {
    while (true) {
      int code = avcodec.avcodec_receive_frame(context, frame);
      if (code >= 0) {
        boolean corrupt = (frame.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0;
        if (corrupt || frame.decode_error_flags() != 0) {
          countError();
        }
        return true;
      }
      if (code == Libav.AGAIN || code == avutil.AVERROR_EOF()) {
        return false;
      }
      countError();
      if (code == avutil.AVERROR_ENOMEM()) {
        throw new LibavException("decode", code);
      }
    }
  }

  /** Returns how many errors there were so far. */
  long errors() {
    return errors;
  }

  private void countError() {
    errors++;
    events.decodeError();
  }

  @Override
  public void close() {
    avcodec.avcodec_free_context(context);
  }
}
