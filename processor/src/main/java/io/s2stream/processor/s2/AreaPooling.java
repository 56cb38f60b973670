package io.s2stream.processor.s2;

import java.util.ArrayList;
import java.util.List;

/**
 * How the cells of one row (or column) of tiles are averaged into the result, along one axis.
 *
 * <p>Area pooling of {@code total} cells to {@code size} takes for cell i of the result the mean
 * over the window from floor(i * total / size) to ceil((i + 1) * total / size), as PyTorch's
 * adaptive average pooling does. A mean is a sum, so each tile can add its part by itself and the
 * merged grid of a scale never has to exist.
 *
 * @param cells of the tile that count; those of padding don't
 * @param first cell of the result that this tile has a part in
 * @param count cells of the result from there on
 * @param aligned whether no window crosses the tile's edges
 * @param weights {@code [count * cells]}, what each cell of the tile weighs in each of the result
 */
record AreaPooling(int cells, int first, int count, boolean aligned, float[] weights) {

  /**
   * The tiles of one axis, in order.
   *
   * @param total cells of the merged grid that are kept
   * @param tileCells cells of one tile
   * @param size cells of the result
   */
  static List<AreaPooling> of(int total, int tileCells, int size) {
    var tiles = new ArrayList<AreaPooling>();
    for (int start = 0; start < total; start += tileCells) {
      tiles.add(part(total, size, start, Math.min(start + tileCells, total)));
    }
    return tiles;
  }

  private static AreaPooling part(int total, int size, int start, int end) {
    int first = Math.toIntExact((long) start * size / total);
    int last = Math.toIntExact(ceilDiv((long) end * size, total));
    int cells = end - start;
    float[] weights = new float[(last - first) * cells];
    for (int i = first; i < last; i++) {
      long windowStart = (long) i * total / size;
      long windowEnd = ceilDiv((i + 1L) * total, size);
      for (long cell = Math.max(windowStart, start); cell < Math.min(windowEnd, end); cell++) {
        weights[(i - first) * cells + (int) (cell - start)] = 1f / (windowEnd - windowStart);
      }
    }
    boolean aligned = (long) start * size % total == 0 && (long) end * size % total == 0;
    return new AreaPooling(cells, first, last - first, aligned, weights);
  }

  private static long ceilDiv(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }
}
