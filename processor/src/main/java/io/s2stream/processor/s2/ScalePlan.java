package io.s2stream.processor.s2;

/**
 * What happens to one scale of an image.
 *
 * @param image the size the input is resized to
 * @param canvas the size that is cut into tiles; larger than {@code image} only in the modes for
 *     any shape
 * @param padded whether the canvas is filled up with zeros instead of being resized to
 * @param tileSize side of the tiles in pixels
 * @param rows of tiles
 * @param columns of tiles
 * @param tileGrid cells that the tower makes of one tile
 * @param grid cells of the merged features, without those of the padding
 */
public record ScalePlan(
    ImageSize image,
    ImageSize canvas,
    boolean padded,
    int tileSize,
    int rows,
    int columns,
    Grid tileGrid,
    Grid grid) {

  /** Number of tiles of one image. */
  public int tileCount() {
    return rows * columns;
  }
}
