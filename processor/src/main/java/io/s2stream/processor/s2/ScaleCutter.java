package io.s2stream.processor.s2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Resizes an image to one scale and cuts it into tiles; where it can, each tile by itself, so that
 * the resized image never exists. Where the sizes don't fit for that, a row or column of tiles, or
 * all of them, are made at once.
 */
final class ScaleCutter {
  private final TensorOps ops;
  private final PhaseTimes times;
  private final ImageSize input;
  private final ScalePlan scale;

  /**
   * @param input size of the images
   */
  ScaleCutter(TensorOps ops, PhaseTimes times, ImageSize input, ScalePlan scale) {
    this.ops = ops;
    this.times = times;
    this.input = input;
    this.scale = scale;
  }

  /**
   * Cuts one image.
   *
   * @param image {@code [1, 3, H, W]} float; its manager keeps nothing
   * @param index of the scale
   */
  void cut(NDArray image, int frame, int index, TileBuffer buffer) {
    ImageSize target = scale.padded() ? scale.image() : scale.canvas();
    try (NDManager scope = image.getManager().newSubManager()) {
      NDArray source = image;
      ImageSize size = input;
      // In split_mode resize the authors resize twice: to the scale's size, then to the canvas.
      if (!scale.image().equals(target) && !scale.image().equals(size)) {
        size = scale.image();
        source = ops.bicubic(image, size);
        source.attach(scope);
        times.end(Phase.RESIZE);
      }
      boolean same = size.equals(target);
      int rows = !same && fits(size.height(), target.height()) ? 1 : scale.rows();
      int columns = !same && fits(size.width(), target.width()) ? 1 : scale.columns();
      for (int row = 0; row < scale.rows(); row += rows) {
        for (int column = 0; column < scale.columns(); column += columns) {
          var block = new Block(row, rows, column, columns);
          try (NDManager blockScope = scope.newSubManager()) {
            put(
                same ? source : resized(source, size, target, block, blockScope),
                block,
                frame,
                index,
                buffer);
          }
          // Only now, when what was resized is freed.
          buffer.runIfFull();
        }
      }
    }
  }

  /** Tiles that are resized at once: so many rows and columns of them from there on. */
  private record Block(int row, int rows, int column, int columns) {}

  /** Whether tiles can be resized by themselves: at most half as much again is done in vain. */
  private boolean fits(int from, int to) {
    return 2L * Band.period(from, to) <= scale.tileSize();
  }

  private NDArray resized(
      NDArray source, ImageSize from, ImageSize to, Block block, NDManager blockScope) {
    boolean whole = block.rows() == scale.rows() && block.columns() == scale.columns();
    NDArray part =
        whole
            ? ops.bicubic(source, to)
            : ops.bicubicPart(
                source,
                to,
                band(from.height(), to.height(), block.row(), block.rows()),
                band(from.width(), to.width(), block.column(), block.columns()));
    part.attach(blockScope);
    times.end(Phase.RESIZE);
    return part;
  }

  private Band band(int from, int to, int firstTile, int tiles) {
    int start = firstTile * scale.tileSize();
    return Band.of(from, to, start, Math.min(tiles * scale.tileSize(), to - start));
  }

  /** Copies the tiles of a block, of which {@code part} is the image. */
  private void put(NDArray part, Block block, int frame, int index, TileBuffer buffer) {
    for (int row = 0; row < block.rows(); row++) {
      for (int column = 0; column < block.columns(); column++) {
        buffer.put(
            part,
            row * scale.tileSize(),
            column * scale.tileSize(),
            new TileBuffer.Source(frame, index, block.row() + row, block.column() + column));
      }
    }
  }
}
