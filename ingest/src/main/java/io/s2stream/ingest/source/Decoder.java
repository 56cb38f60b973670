package io.s2stream.ingest.source;

import io.s2stream.ingest.libav.Libav;
import io.s2stream.ingest.libav.LibavException;
import io.s2stream.ingest.source.SourceException.Reason;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

import static io.s2stream.ingest.libav.Libav.allocated;
import static io.s2stream.ingest.libav.Libav.check;

/**
 * One video stream's decoder. Damaged data is reported to {@link ReaderEvents} and passed over, up
 * to the next keyframe unless damage is to be shown. Used and closed by one thread.
 */
final class Decoder implements AutoCloseable {

  private static final int MAX_TRIES = 100;

  /**
   * How many packets are passed over at most while waiting for a keyframe: some sources never mark
   * one.
   */
  private static final int MAX_WAIT = 500;

  private AVCodecContext context;
  private final AVStream stream;
  private final DecoderOptions options;
  private final ReaderEvents events;
  // A keyframe after damage, kept until the decoder gave what it held from before.
  private final AVPacket restart = allocated(avcodec.av_packet_alloc(), "packet");
  private final AVFrame downloaded = allocated(avutil.av_frame_alloc(), "frame");
  private long errors;
  private int successiveErrors;
  private boolean waiting;
  private int waited;

  private Decoder(
      AVCodecContext context, AVStream stream, DecoderOptions options, ReaderEvents events) {
    this.context = context;
    this.stream = stream;
    this.options = options;
    this.events = events;
  }

  /**
   * @param keyframesOnly whether all else is left out, without an error
   */
  static Decoder open(
      SourceUri uri,
      AVStream stream,
      DecoderOptions options,
      boolean keyframesOnly,
      ReaderEvents events)
      throws SourceException {
    int codecId = stream.codecpar().codec_id();
    String name = avcodec.avcodec_get_name(codecId).getString();
    AVCodec codec = avcodec.avcodec_find_decoder(codecId);
    if (Libav.isNull(codec)) {
      throw unsupported(uri, name, "this build of libav has no decoder for it");
    }
    checkSize(uri, stream, options.maxPixels());
    try {
      return new Decoder(opened(codec, stream, options, keyframesOnly), stream, options, events);
    } catch (LibavException e) {
      throw unsupported(uri, name, e.getMessage());
    }
  }

  private static AVCodecContext opened(
      AVCodec codec, AVStream stream, DecoderOptions options, boolean keyframesOnly) {
    AVCodecContext context = allocated(avcodec.avcodec_alloc_context3(codec), "decoder");
    try {
      check(avcodec.avcodec_parameters_to_context(context, stream.codecpar()), "set up decoder");
      context.pkt_timebase(stream.time_base());
      context.thread_count(options.threads());
      context.max_pixels(options.roundedMaxPixels());
      if (keyframesOnly) {
        context.skip_frame(avcodec.AVDISCARD_NONKEY);
      }
      AVBufferRef device = options.hardware().reference();
      if (device != null) {
        // libav itself chooses the device's decoder where there is one, and software if it fails.
        context.hw_device_ctx(device);
      }
      check(avcodec.avcodec_open2(context, codec, (AVDictionary) null), "open decoder");
      return context;
    } catch (LibavException e) {
      avcodec.avcodec_free_context(context);
      throw e;
    }
  }

  private static void checkSize(SourceUri uri, AVStream stream, long maxPixels)
      throws SourceException {
    long width = stream.codecpar().width();
    long height = stream.codecpar().height();
    if (width * height > maxPixels) {
      throw new SourceException(
          Reason.UNSUPPORTED,
          uri
              + (" has pictures of " + width + "x" + height + " pixels: more than the ")
              + (maxPixels + " of decoding.max-pixels"));
    }
  }

  private static SourceException unsupported(SourceUri uri, String codec, @Nullable String why) {
    return new SourceException(
        Reason.UNSUPPORTED, uri + " is encoded as " + codec + ", which can't be decoded: " + why);
  }

  /** Returns libav's AV_CODEC_ID_ value of what this decodes. */
  int codecId() {
    return context.codec_id();
  }

  /**
   * Feeds a packet, or the end if {@code packet} is null. Receive all there is before the next one.
   *
   * @throws LibavException if there is no memory
   */
  void send(@Nullable AVPacket packet) {
    checkOpen();
    if (packet != null && packet.size() > options.maxPacketBytes()) {
      countError(0);
      return;
    }
    if (waiting && packet != null) {
      boolean key = (packet.flags() & avcodec.AV_PKT_FLAG_KEY) != 0;
      if (!key && ++waited < MAX_WAIT) {
        return;
      }
      waiting = false;
      avcodec.av_packet_ref(restart, packet);
      avcodec.avcodec_send_packet(context, null);
      return;
    }
    feed(packet);
  }

  private void feed(@Nullable AVPacket packet) {
    int code = avcodec.avcodec_send_packet(context, packet);
    if (code < 0 && code != avutil.AVERROR_EOF()) {
      countError(code);
    }
  }

  /**
   * Moves the next decoded picture into {@code frame}; false if more packets are needed.
   *
   * @throws LibavException if there is no memory, or the device's picture can't be fetched
   */
  boolean receive(AVFrame frame) {
    checkOpen();
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      int code = avcodec.avcodec_receive_frame(context, frame);
      if (code >= 0) {
        if (accept(frame)) {
          return true;
        }
      } else if (code == avutil.AVERROR_EOF() && restart.size() > 0) {
        startAnew();
        feed(restart);
        avcodec.av_packet_unref(restart);
      } else if (code == Libav.AGAIN || code == avutil.AVERROR_EOF()) {
        return false;
      } else {
        countError(code);
      }
    }
    return false; // The next packet may help where asking again does not.
  }

  private void startAnew() {
    if (options.threads() == 1) {
      avcodec.avcodec_flush_buffers(context);
      return;
    }
    // Flushed, H.264's threads still know of the damage: some blocks are wrong up to the keyframe
    // after the next.
    boolean keyframesOnly = context.skip_frame() == avcodec.AVDISCARD_NONKEY;
    AVCodecContext fresh = opened(context.codec(), stream, options, keyframesOnly);
    avcodec.avcodec_free_context(context);
    context = fresh;
  }

  private boolean accept(AVFrame frame) {
    boolean tooLarge = (long) frame.width() * frame.height() > options.maxPixels();
    boolean corrupt = (frame.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0;
    if (!tooLarge && !corrupt && frame.decode_error_flags() == 0) {
      successiveErrors = 0;
    } else {
      countError(0);
      if (tooLarge || options.damage() == Damage.SKIP) {
        avutil.av_frame_unref(frame);
        return false;
      }
    }
    if (options.threads() > 1 && (waiting || restart.size() > 0)) {
      // Other threads were on their way with packets after the damaged one, and rely on it.
      avutil.av_frame_unref(frame);
      return false;
    }
    if (!Libav.isNull(frame.hw_frames_ctx())) {
      check(avutil.av_hwframe_transfer_data(downloaded, frame, 0), "fetch a picture");
      check(avutil.av_frame_copy_props(downloaded, frame), "fetch a picture");
      avutil.av_frame_unref(frame);
      avutil.av_frame_move_ref(frame, downloaded);
    }
    return true;
  }

  /** Returns how many errors there were so far. */
  long errors() {
    return errors;
  }

  /** Returns how many errors there were since the last good picture. */
  int successiveErrors() {
    return successiveErrors;
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
    successiveErrors++;
    if (options.damage() == Damage.SKIP && !waiting) {
      waiting = true;
      waited = 0;
    }
    events.decodeError();
  }

  @Override
  public void close() {
    if (!context.isNull()) {
      avcodec.avcodec_free_context(context);
      avcodec.av_packet_free(restart);
      avutil.av_frame_free(downloaded);
    }
  }
}
