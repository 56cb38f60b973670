package io.s2stream.processor.s2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Resizes an image to one scale and cuts it into tiles, where it can one row of tiles after the
 * other, so that the whole resized image never exists.
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
    try (NDManager scope = image.getManager().newSubManager()) {
      NDArray source = image;
      ImageSize size = input;
      // In split_mode resize the authors resize twice: to the scale's size, then to the canvas.
      if (!scale.padded() && !scale.canvas().equals(scale.image()) && !scale.image().equals(size)) {
        source = bicubic(image, scale.image());
        source.attach(scope);
        size = scale.image();
      }
      ImageSize target = scale.padded() ? scale.image() : scale.canvas();
      boolean byRows = scale.rows() > 1 && periodFits(size, target);
      if (!byRows && !target.equals(size)) {
        NDArray resized = bicubic(source, target);
        resized.attach(scope);
        if (source != image) {
          source.close();
        }
        source = resized;
      }
      for (int row = 0; row < scale.rows(); row++) {
        if (byRows && !target.equals(size)) {
          try (NDManager rowScope = scope.newSubManager()) {
            putRow(rows(source, size, target, row, rowScope), row, 0, frame, index, buffer);
          }
        } else {
          putRow(source, row, row * scale.tileSize(), frame, index, buffer);
        }
      }
    }
  }

  private NDArray bicubic(NDArray image, ImageSize size) {
    NDArray resized = ops.bicubic(image, size);
    times.end(Phase.RESIZE);
    return resized;
  }

  /** At most half as much again is resized in vain. */
  private boolean periodFits(ImageSize from, ImageSize to) {
    return 2L * RowBand.period(from.height(), to.height()) <= scale.tileSize();
  }

  private NDArray rows(NDArray source, ImageSize from, ImageSize to, int row, NDManager scope) {
    int top = row * scale.tileSize();
    int count = Math.min(scale.tileSize(), to.height() - top);
    NDArray band = ops.bicubicRows(source, to, RowBand.of(from.height(), to.height(), top, count));
    times.end(Phase.RESIZE);
    band.attach(scope);
    return band;
  }

  private void putRow(NDArray image, int row, int top, int frame, int index, TileBuffer buffer) {
    for (int column = 0; column < scale.columns(); column++) {
      buffer.put(
          image, top, column * scale.tileSize(), new TileBuffer.Source(frame, index, row, column));
    }
  }
}
