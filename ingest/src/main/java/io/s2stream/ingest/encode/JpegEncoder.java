package io.s2stream.ingest.encode;

import java.nio.ByteBuffer;
import java.util.Locale;

import io.s2stream.ingest.libav.FilterGraph;
import io.s2stream.ingest.libav.LibavException;
import io.s2stream.ingest.source.ImageSize;
import io.s2stream.ingest.source.VideoFrame;
import io.s2stream.schemas.PixelEncoding;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;

import static io.s2stream.ingest.libav.Libav.allocated;
import static io.s2stream.ingest.libav.Libav.check;

/**
 * Writes baseline JPEG with libav's encoder: BT.601, full range (what JFIF means), 4:4:4.
 *
 * <p>Chroma is not subsampled: towers see pixels, and halved chroma costs more accuracy than it
 * saves bytes at these sizes.
 *
 * <p>Made by any thread, then used and closed by one.
 */
public final class JpegEncoder implements FrameEncoder {

  /** Best and largest quality scale; 2 is about as good as libjpeg's quality 95. */
  public static final int MIN_QSCALE = 1;

  /** Smallest and worst quality scale. */
  public static final int MAX_QSCALE = 31;

  private final ImageSize size;
  private final int lambda;
  private final FilterGraph toYuv;
  private final AVCodecContext encoder;
  private final AVFrame frame = allocated(avutil.av_frame_alloc(), "frame");
  private final AVPacket packet = allocated(avcodec.av_packet_alloc(), "packet");
  private long encoded;

  /**
   * @param size of every frame
   * @param qscale libav's quality scale, {@value #MIN_QSCALE} (best) to {@value #MAX_QSCALE}
   * @throws LibavException if libav refuses the size
   */
  public JpegEncoder(ImageSize size, int qscale) {
    if (qscale < MIN_QSCALE || qscale > MAX_QSCALE) {
      throw new IllegalArgumentException("qscale " + qscale + ": expected 1 (best) to 31");
    }
    this.size = size;
    this.lambda = qscale * avutil.FF_QP2LAMBDA;
    String buffer =
        String.format(
            Locale.ROOT,
            "video_size=%dx%d:pix_fmt=rgb24:time_base=1/25:colorspace=gbr:range=pc",
            size.width(),
            size.height());
    this.toYuv =
        FilterGraph.fed(
            buffer,
            "scale=out_color_matrix=bt601:out_range=full:flags=bicubic+accurate_rnd"
                + "+full_chroma_int+full_chroma_inp,format=yuvj444p");
    AVCodecContext context = null;
    try {
      context = openEncoder();
    } finally {
      if (context == null) {
        toYuv.close();
        freeBuffers();
      }
    }
    this.encoder = context;
  }

  private AVCodecContext openEncoder() {
    AVCodec codec = allocated(avcodec.avcodec_find_encoder(avcodec.AV_CODEC_ID_MJPEG), "encoder");
    AVCodecContext context = allocated(avcodec.avcodec_alloc_context3(codec), "encoder");
    context.width(size.width()).height(size.height());
    context.pix_fmt(avutil.AV_PIX_FMT_YUVJ444P).color_range(avutil.AVCOL_RANGE_JPEG);
    context.time_base(avutil.av_make_q(1, 25));
    context.thread_count(1);
    // Bit-exact: no comment with libav's version in every frame.
    context.flags(context.flags() | avcodec.AV_CODEC_FLAG_QSCALE | avcodec.AV_CODEC_FLAG_BITEXACT);
    context.global_quality(lambda);
    context.qmin(MIN_QSCALE);
    try {
      check(avcodec.avcodec_open2(context, codec, (AVDictionary) null), "open JPEG encoder");
      return context;
    } catch (LibavException e) {
      avcodec.avcodec_free_context(context);
      throw e;
    }
  }

  @Override
  public PixelEncoding encoding() {
    return PixelEncoding.JPEG;
  }

  @Override
  public ByteBuffer encode(VideoFrame picture) {
    if (encoder.isNull()) {
      throw new IllegalStateException("the JPEG encoder is closed");
    }
    if (!picture.size().equals(size)) {
      throw new IllegalArgumentException("frame of " + picture.size() + ": expected " + size);
    }
    toYuv.push(load(picture.rgb()));
    if (!toYuv.pull(frame)) {
      throw new IllegalStateException("the colour conversion kept a frame back");
    }
    frame.quality(lambda);
    // The encoder refuses times that do not increase.
    frame.pts(encoded++);
    try {
      check(avcodec.avcodec_send_frame(encoder, frame), "encode JPEG");
      check(avcodec.avcodec_receive_packet(encoder, packet), "encode JPEG");
    } finally {
      avutil.av_frame_unref(frame);
    }
    byte[] jpeg = new byte[packet.size()];
    packet.data().get(jpeg);
    avcodec.av_packet_unref(packet);
    return ByteBuffer.wrap(jpeg);
  }

  private AVFrame load(byte[] rgb) {
    frame.format(avutil.AV_PIX_FMT_RGB24).width(size.width()).height(size.height());
    frame.colorspace(avutil.AVCOL_SPC_RGB).color_range(avutil.AVCOL_RANGE_JPEG);
    check(avutil.av_frame_get_buffer(frame, 0), "allocate a picture");
    int rowBytes = 3 * size.width();
    BytePointer pixels = frame.data(0);
    for (int row = 0; row < size.height(); row++) {
      pixels.position((long) row * frame.linesize(0)).put(rgb, row * rowBytes, rowBytes);
    }
    return frame;
  }

  private void freeBuffers() {
    avutil.av_frame_free(frame);
    avcodec.av_packet_free(packet);
  }

  /** Frees everything; the second and later calls do nothing. */
  @Override
  public void close() {
    if (encoder.isNull()) {
      return;
    }
    toYuv.close();
    avcodec.avcodec_free_context(encoder);
    freeBuffers();
  }
}
