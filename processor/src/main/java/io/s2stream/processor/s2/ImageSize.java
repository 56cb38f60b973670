package io.s2stream.processor.s2;

/** Height and width of an image, in pixels. */
public record ImageSize(int height, int width) {

  public static ImageSize square(int side) {
    return new ImageSize(side, side);
  }

  boolean isSquare() {
    return height == width;
  }

  @Override
  public String toString() {
    return height + "x" + width;
  }
}
