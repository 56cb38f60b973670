package io.s2stream.ingest.source;

import java.util.Locale;

import io.s2stream.ingest.libav.FilterGraph;
import io.s2stream.ingest.libav.LibavException;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

import static io.s2stream.ingest.libav.Libav.allocated;

/**
 * Turns decoded pictures of any size, format and orientation into packed RGB24 of one size, through
 * one libavfilter graph that is rebuilt when the pictures change.
 *
 * <p>Not thread-safe; owns the graph.
 */
final class PictureConverter implements AutoCloseable {

  // Bicubic with B=0, C=0.5 is the kernel of PIL, with which the towers' image processors were
  // made: within 0.04 to 0.12 levels of it on photographs. Without full_chroma_int the chroma
  // planes are
  // interpolated in steps: 2.2 levels off on average, 30 at worst. full_chroma_inp is the same for
  // RGB input, which libswscale scales as YUV; on YUV input it changes nothing.
  private static final String SCALE_FLAGS =
      "flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp:param0=0:param1=0.5";

  private final ImageSize size;
  private final UntaggedColour untagged;
  private final AVFrame result;
  private @Nullable FilterGraph graph;
  private @Nullable Picture current;

  /** What a graph is built for. */
  private record Picture(
      int width, int height, int format, int colourSpace, int range, String orientation) {

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

  PictureConverter(ImageSize size, UntaggedColour untagged) {
    this.size = size;
    this.untagged = untagged;
    this.result = allocated(avutil.av_frame_alloc(), "frame");
  }

  /**
   * Converts one picture, whose reference it takes over.
   *
   * @param orientation filters that put it upright, see {@link Orientation}
   * @return 3·height·width bytes
   * @throws LibavException if libav can't convert from this format or with this matrix
   */
  byte[] convert(AVFrame frame, String orientation) {
    tagColour(frame);
    Picture picture =
        new Picture(
            frame.width(),
            frame.height(),
            frame.format(),
            frame.colorspace(),
            frame.color_range(),
            orientation);
    try {
      return convert(frame, picture);
    } catch (LibavException e) {
      closeGraph();
      LibavException inWords =
          new LibavException("convert a picture (" + picture.inWords() + ") to RGB", e.code());
      inWords.initCause(e);
      throw inWords;
    }
  }

  private byte[] convert(AVFrame frame, Picture picture) {
    FilterGraph filters = graph;
    if (filters == null || !picture.equals(current)) {
      closeGraph();
      filters = build(picture);
      graph = filters;
      current = picture;
    }
    filters.push(frame);
    if (!filters.pull(result)) {
      throw new IllegalStateException("the scaling graph kept a frame back: " + picture);
    }
    try {
      return packed(result);
    } finally {
      avutil.av_frame_unref(result);
    }
  }

  private void tagColour(AVFrame frame) {
    int space = frame.colorspace();
    boolean tagged = space != avutil.AVCOL_SPC_UNSPECIFIED && space != avutil.AVCOL_SPC_RESERVED;
    AVPixFmtDescriptor format = avutil.av_pix_fmt_desc_get(frame.format());
    boolean rgb = format != null && (format.flags() & avutil.AV_PIX_FMT_FLAG_RGB) != 0;
    if (!tagged && !rgb) {
      frame.colorspace(untagged.colourSpace(frame.width(), frame.height()));
    }
  }

  private FilterGraph build(Picture picture) {
    // The unit of time does not matter: times stay with the reader.
    String buffer =
        String.format(
            Locale.ROOT,
            "video_size=%dx%d:pix_fmt=%d:time_base=1/1000000:colorspace=%d:range=%d",
            picture.width(),
            picture.height(),
            picture.format(),
            picture.colourSpace(),
            picture.range());
    String filters =
        String.format(
            Locale.ROOT,
            "%sscale=w=%d:h=%d:%s,format=rgb24",
            picture.orientation(),
            size.width(),
            size.height(),
            SCALE_FLAGS);
    return FilterGraph.fed(buffer, filters);
  }

  private static byte[] packed(AVFrame frame) {
    int rowBytes = 3 * frame.width();
    int stride = frame.linesize(0);
    byte[] rgb = new byte[rowBytes * frame.height()];
    BytePointer pixels = frame.data(0);
    if (stride == rowBytes) {
      pixels.get(rgb);
      return rgb;
    }
    for (int row = 0; row < frame.height(); row++) {
      pixels.position((long) row * stride).get(rgb, row * rowBytes, rowBytes);
    }
    return rgb;
  }

  private void closeGraph() {
    if (graph != null) {
      graph.close();
      graph = null;
    }
  }

  @Override
  public void close() {
    closeGraph();
    avutil.av_frame_free(result);
  }
}
