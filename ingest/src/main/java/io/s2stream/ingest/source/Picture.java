package io.s2stream.ingest.source;

import java.util.Locale;

import io.s2stream.ingest.libav.Libav;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * What a filter graph has to know of the pictures that go through it.
 *
 * @param width coded width in pixels
 * @param height coded height in pixels
 * @param format libav's AV_PIX_FMT_ value
 * @param colourSpace libav's AVCOL_SPC_ value: the YUV matrix
 * @param range libav's AVCOL_RANGE_ value
 * @param orientation filters that put it upright, see {@link Orientation}
 */
record Picture(int width, int height, int format, int colourSpace, int range, String orientation) {

  /** Describes a decoded frame, and writes the matrix into it that its tags leave open. */
  static Picture of(AVFrame frame, UntaggedColour untagged, String orientation) {
    int space = frame.colorspace();
    boolean tagged = space != avutil.AVCOL_SPC_UNSPECIFIED && space != avutil.AVCOL_SPC_RESERVED;
    if (!tagged && !isRgb(frame.format())) {
      frame.colorspace(untagged.colourSpace(frame.width(), frame.height()));
    }
    return new Picture(
        frame.width(),
        frame.height(),
        frame.format(),
        frame.colorspace(),
        frame.color_range(),
        orientation);
  }

  private static boolean isRgb(int format) {
    AVPixFmtDescriptor description = avutil.av_pix_fmt_desc_get(format);
    return !Libav.isNull(description) && (description.flags() & avutil.AV_PIX_FMT_FLAG_RGB) != 0;
  }

  /** Returns the arguments of libavfilter's {@code buffer} source for such pictures. */
  String bufferArguments() {
    // The unit of time does not matter: times stay with the reader.
    return String.format(
        Locale.ROOT,
        "video_size=%dx%d:pix_fmt=%d:time_base=1/1000000:colorspace=%d:range=%d",
        width,
        height,
        format,
        colourSpace,
        range);
  }

  String inWords() {
    return width
        + "x"
        + height
        + " "
        + text(avutil.av_get_pix_fmt_name(format))
        + ", matrix "
        + text(avutil.av_color_space_name(colourSpace));
  }

  private static String text(@Nullable BytePointer name) {
    return name == null || name.isNull() ? "unknown" : name.getString();
  }
}
