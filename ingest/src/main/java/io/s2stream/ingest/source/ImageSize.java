package io.s2stream.ingest.source;

/**
 * Height and width of an image in pixels.
 *
 * @param height 1..{@value #MAX_SIDE}
 * @param width 1..{@value #MAX_SIDE}
 */
public record ImageSize(int height, int width) {

  /** Longest side that is accepted: far above what towers take, far below what would overflow. */
  public static final int MAX_SIDE = 8192;

  public ImageSize {
    if (height < 1 || width < 1 || height > MAX_SIDE || width > MAX_SIDE) {
      throw new IllegalArgumentException(
          "image size [" + height + ", " + width + "]: expected sides of 1 to " + MAX_SIDE);
    }
  }

  /** Returns the size of one image as packed RGB24. */
  public int rgbBytes() {
    return 3 * height * width;
  }
}
