package io.s2stream.ingest.synthetic;

import java.nio.file.Path;

import io.s2stream.ingest.libav.FilterGraph;
import io.s2stream.ingest.libav.Libav;
import io.s2stream.ingest.libav.LibavException;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

import static io.s2stream.ingest.libav.Libav.allocated;
import static io.s2stream.ingest.libav.Libav.check;

/** Runs one {@link SyntheticClip}: scene graph, encoder and muxer, and owns all three. */
final class ClipEncoder implements AutoCloseable {

  private static final double BITS_PER_PIXEL = 0.25;
  private static final int DISPLAY_MATRIX_BYTES = 9 * Integer.BYTES;

  private final SyntheticClip clip;
  private final Path file;
  private final AVFormatContext container = new AVFormatContext(null);
  private @Nullable AVCodecContext encoder;
  private @Nullable FilterGraph scene;

  ClipEncoder(SyntheticClip clip, Path file) {
    this.clip = clip;
    this.file = file;
  }

  int run() {
    String path = file.toAbsolutePath().toString();
    FilterGraph frames = FilterGraph.source(clip.scene() + ",format=" + clip.pixelFormat());
    scene = frames;
    check(
        avformat.avformat_alloc_output_context2(container, null, null, path),
        "choose a container for " + path);
    AVCodecContext codec = openEncoder(frames);
    AVStream stream = addStream(codec);
    AVIOContext io = new AVIOContext(null);
    check(avformat.avio_open(io, path, avformat.AVIO_FLAG_WRITE), "write " + path);
    container.pb(io);
    check(avformat.avformat_write_header(container, (AVDictionary) null), "write " + path);
    int written = encodeAll(frames, codec, stream);
    check(avformat.av_write_trailer(container), "finish " + path);
    return written;
  }

  private AVCodecContext openEncoder(FilterGraph frames) {
    AVCodec codec = avcodec.avcodec_find_encoder_by_name(clip.encoder());
    if (Libav.isNull(codec)) {
      throw new LibavException(
          "find encoder " + clip.encoder(), avutil.AVERROR_ENCODER_NOT_FOUND());
    }
    AVCodecContext context = allocated(avcodec.avcodec_alloc_context3(codec), "encoder");
    encoder = context;
    double fps = (double) clip.rateNumerator() / clip.rateDenominator();
    context.width(clip.width()).height(clip.height());
    context.pix_fmt(avutil.av_get_pix_fmt(clip.pixelFormat()));
    context.time_base(frames.timeBase());
    context.framerate(avutil.av_make_q(clip.rateNumerator(), clip.rateDenominator()));
    context.bit_rate((long) (clip.width() * clip.height() * fps * BITS_PER_PIXEL));
    context.gop_size((int) Math.max(1, Math.round(2 * fps)));
    tagColours(context);
    if ((container.oformat().flags() & avformat.AVFMT_GLOBALHEADER) != 0) {
      context.flags(context.flags() | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER);
    }
    check(
        avcodec.avcodec_open2(context, codec, (AVDictionary) null),
        "open encoder " + clip.encoder());
    return context;
  }

  private void tagColours(AVCodecContext context) {
    switch (clip.colourTags()) {
      case NONE -> {}
      case BT601_LIMITED, BT601_FULL ->
          tag(
              context,
              avutil.AVCOL_SPC_SMPTE170M,
              avutil.AVCOL_PRI_SMPTE170M,
              avutil.AVCOL_TRC_SMPTE170M);
      case BT709_LIMITED, BT709_FULL ->
          tag(context, avutil.AVCOL_SPC_BT709, avutil.AVCOL_PRI_BT709, avutil.AVCOL_TRC_BT709);
      case BT2020_LIMITED, BT2020_FULL ->
          tag(
              context,
              avutil.AVCOL_SPC_BT2020_NCL,
              avutil.AVCOL_PRI_BT2020,
              avutil.AVCOL_TRC_BT2020_10);
      case PQ ->
          tag(
              context,
              avutil.AVCOL_SPC_BT2020_NCL,
              avutil.AVCOL_PRI_BT2020,
              avutil.AVCOL_TRC_SMPTE2084);
      case HLG ->
          tag(
              context,
              avutil.AVCOL_SPC_BT2020_NCL,
              avutil.AVCOL_PRI_BT2020,
              avutil.AVCOL_TRC_ARIB_STD_B67);
    }
    switch (clip.colourTags()) {
      case NONE -> {}
      case BT601_FULL, BT709_FULL, BT2020_FULL -> context.color_range(avutil.AVCOL_RANGE_JPEG);
      default -> context.color_range(avutil.AVCOL_RANGE_MPEG);
    }
  }

  private static void tag(AVCodecContext context, int matrix, int primaries, int transfer) {
    context.colorspace(matrix);
    context.color_primaries(primaries);
    context.color_trc(transfer);
  }

  private AVStream addStream(AVCodecContext codec) {
    AVStream stream = allocated(avformat.avformat_new_stream(container, null), "stream");
    check(avcodec.avcodec_parameters_from_context(stream.codecpar(), codec), "describe the stream");
    stream.time_base(codec.time_base());
    stream.avg_frame_rate(codec.framerate());
    if (clip.rotationDegrees() != 0) {
      // The list is passed as a pointer to a pointer: the new address lands in our object and has
      // to be handed back to the parameters, which own it from then on.
      AVPacketSideData matrix = new AVPacketSideData((Pointer) null);
      int[] count = {0};
      allocated(
          avcodec.av_packet_side_data_new(
              matrix, count, avcodec.AV_PKT_DATA_DISPLAYMATRIX, DISPLAY_MATRIX_BYTES, 0),
          "display matrix");
      avutil.av_display_rotation_set(new IntPointer(matrix.data()), clip.rotationDegrees());
      stream.codecpar().coded_side_data(matrix).nb_coded_side_data(count[0]);
    }
    return stream;
  }

  private int encodeAll(FilterGraph frames, AVCodecContext codec, AVStream stream) {
    AVFrame frame = allocated(avutil.av_frame_alloc(), "frame");
    AVPacket packet = allocated(avcodec.av_packet_alloc(), "packet");
    try {
      int written = 0;
      long endMicros = clip.duration().toNanos() / 1000;
      while (frames.pull(frame) && Libav.toMicros(frame.pts(), frames.timeBase()) < endMicros) {
        checkSize(frame);
        frame.pict_type(avutil.AV_PICTURE_TYPE_NONE);
        check(avcodec.avcodec_send_frame(codec, frame), "encode a frame");
        avutil.av_frame_unref(frame);
        writePackets(codec, stream, packet);
        written++;
      }
      check(avcodec.avcodec_send_frame(codec, null), "finish encoding");
      writePackets(codec, stream, packet);
      return written;
    } finally {
      avutil.av_frame_free(frame);
      avcodec.av_packet_free(packet);
    }
  }

  private void checkSize(AVFrame frame) {
    if (frame.width() != clip.width() || frame.height() != clip.height()) {
      throw new IllegalArgumentException(
          "the scene gives frames of "
              + (frame.width() + "x" + frame.height())
              + ", the clip is to have "
              + (clip.width() + "x" + clip.height()));
    }
  }

  private void writePackets(AVCodecContext codec, AVStream stream, AVPacket packet) {
    int code = avcodec.avcodec_receive_packet(codec, packet);
    while (code >= 0) {
      avcodec.av_packet_rescale_ts(packet, codec.time_base(), stream.time_base());
      packet.stream_index(stream.index());
      check(avformat.av_interleaved_write_frame(container, packet), "write a packet");
      code = avcodec.avcodec_receive_packet(codec, packet);
    }
    if (code != Libav.AGAIN && code != avutil.AVERROR_EOF) {
      throw new LibavException("encode a frame", code);
    }
  }

  @Override
  public void close() {
    if (scene != null) {
      scene.close();
    }
    if (encoder != null) {
      avcodec.avcodec_free_context(encoder);
    }
    if (!container.isNull()) {
      AVIOContext io = container.pb();
      if (!Libav.isNull(io)) {
        avformat.avio_close(io);
      }
      avformat.avformat_free_context(container);
    }
  }
}
