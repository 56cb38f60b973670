package io.s2stream.processor.s2;

/** Height and width of a feature map in cells, or of an arrangement of tiles in tiles. */
public record Grid(int height, int width) {

  public int cells() {
    return height * width;
  }

  @Override
  public String toString() {
    return height + "x" + width;
  }
}
