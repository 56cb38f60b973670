package io.s2stream.ingest.source;

import java.util.Locale;

/**
 * Text of the filters that bring an upright picture to the frame's size: what is cut off before
 * scaling, the size it is scaled to, and what is put around it after. Each is empty or has the
 * comma it needs.
 *
 * @param before filters before scaling
 * @param scaled size after scaling
 * @param after filters after scaling
 */
record Framing(String before, ImageSize scaled, String after) {

  /**
   * @param size of the frame
   */
  static Framing of(Picture picture, Fit fit, ImageSize size) {
    // Turning by 90 degrees swaps the sides, and with them those of a pixel.
    boolean turned = picture.orientation().contains("transpose");
    int width = turned ? picture.height() : picture.width();
    int height = turned ? picture.width() : picture.height();
    double pixelAspect = turned ? 1 / picture.pixelAspect() : picture.pixelAspect();
    // Shape of the coded picture in the frame's square pixels, over the frame's own.
    double relative = width * pixelAspect / height * size.height() / size.width();
    return switch (fit) {
      case STRETCH -> new Framing("", size, "");
      case PAD ->
          padded(
              size,
              new ImageSize(
                  side(size.height() / Math.max(1, relative)),
                  side(size.width() * Math.min(1, relative))));
      case CROP -> {
        // Cut before scaling: less to scale, and bounded for pictures of any shape.
        int keptWidth = side(width / Math.max(1, relative));
        int keptHeight = side(height * Math.min(1, relative));
        yield new Framing(
            String.format(Locale.ROOT, "crop=w=%d:h=%d:exact=1,", keptWidth, keptHeight), size, "");
      }
    };
  }

  private static Framing padded(ImageSize size, ImageSize inner) {
    String pad =
        String.format(
            Locale.ROOT,
            ",pad=w=%d:h=%d:x=%d:y=%d:color=black",
            size.width(),
            size.height(),
            (size.width() - inner.width()) / 2,
            (size.height() - inner.height()) / 2);
    return new Framing("", inner, pad);
  }

  private static int side(double pixels) {
    return (int) Math.max(1, Math.round(pixels));
  }
}
