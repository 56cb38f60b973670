package io.s2stream.ingest.source;

import java.util.Locale;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/**
 * Turns decoded pictures of any size, format and orientation into packed RGB24 of one size, and
 * into thumbnails by which they are compared. Not thread-safe; owns its graphs.
 */
final class PictureConverter implements AutoCloseable {

  // Bicubic with B=0, C=0.5 is the kernel of PIL, with which the towers' image processors were
  // made: within 0.04 to 0.12 levels of it on photographs. Without full_chroma_int the chroma
  // planes are interpolated in steps: 2.2 levels off on average, 30 at worst. full_chroma_inp is
  // the same for RGB input, which libswscale scales as YUV; on YUV input it changes nothing.
  private static final String SCALE_FLAGS =
      "flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp:param0=0:param1=0.5";

  // Area: each cell is the mean of what it covers, so that noise averages out.
  private static final String THUMBNAIL =
      "scale=w=32:h=32:out_range=full:flags=area+accurate_rnd,format=gray";

  private final SourceUri uri;
  private final ImageSize size;
  private final PictureOptions options;
  private final PictureGraph toRgb = new PictureGraph(this::rgbFilters, 3);
  private final PictureGraph toThumbnail = new PictureGraph(picture -> THUMBNAIL, 1);

  /**
   * @param uri named in messages
   */
  PictureConverter(SourceUri uri, ImageSize size, PictureOptions options) {
    this.uri = uri;
    this.size = size;
    this.options = options;
  }

  /**
   * Converts one picture, whose frame stays with the caller.
   *
   * @param orientation filters that put it upright, see {@link Orientation}
   * @param spare an array that may be returned, with new content
   * @return 3·height·width bytes
   * @throws io.s2stream.ingest.libav.LibavException if libav can't convert from this format or with
   *     this matrix
   * @throws SourceException if it is HDR and that is refused
   */
  byte[] rgb(AVFrame frame, String orientation, byte @Nullable [] spare) throws SourceException {
    Picture picture = Picture.of(frame, options.untaggedColour(), orientation);
    if (options.hdr() == Hdr.REFUSE && picture.isHdr()) {
      throw new SourceException(
          SourceException.Reason.UNSUPPORTED,
          uri
              + " is HDR ("
              + picture.inWords()
              + "), which is refused here; set pictures.hdr to tonemap to map them to sRGB");
    }
    return toRgb.run(frame, picture, spare);
  }

  /**
   * Returns a picture's luma in 32x32 cells, 0 to 255, as it was coded: not turned upright. The
   * frame stays with the caller.
   *
   * @throws io.s2stream.ingest.libav.LibavException if libav can't convert from this format
   */
  byte[] thumbnail(AVFrame frame) {
    return toThumbnail.run(
        frame, Picture.of(frame, options.untaggedColour(), Orientation.UPRIGHT), null);
  }

  private String rgbFilters(Picture picture) {
    Framing framing = Framing.of(picture, options.fit(), size);
    return String.format(
        Locale.ROOT,
        "%s%sscale=w=%d:h=%d:%s%s%s",
        picture.orientation(),
        framing.before(),
        framing.scaled().width(),
        framing.scaled().height(),
        SCALE_FLAGS,
        ColourFilters.of(picture),
        framing.after());
  }

  @Override
  public void close() {
    toRgb.close();
    toThumbnail.close();
  }
}
