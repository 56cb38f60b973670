package io.s2stream.processor.s2;

import java.util.ArrayList;
import java.util.List;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Pools the tiles of one scale into the result, each by itself: putting the tiles' features back
 * together and pooling them comes to the same, but would keep a merged grid alive beside the
 * tower's own memory.
 */
final class FeaturePooling {
  private record Axis(AreaPooling tile, NDArray weights) {}

  private final TensorOps ops;
  private final List<Axis> rows = new ArrayList<>();
  private final List<Axis> columns = new ArrayList<>();

  /**
   * @param tileGrid cells of one tile
   * @param merged cells of the scale's merged features that are kept
   * @param target cells of the result
   * @param scope manager that owns the weights
   */
  FeaturePooling(TensorOps ops, Grid tileGrid, Grid merged, Grid target, NDManager scope) {
    this.ops = ops;
    AreaPooling.of(merged.height(), tileGrid.height(), target.height())
        .forEach(tile -> rows.add(new Axis(tile, weights(tile, scope))));
    AreaPooling.of(merged.width(), tileGrid.width(), target.width())
        .forEach(tile -> columns.add(new Axis(tile, weights(tile, scope))));
  }

  private static NDArray weights(AreaPooling tile, NDManager scope) {
    return scope.create(tile.weights(), new Shape(tile.count(), tile.cells()));
  }

  /**
   * Pools the tile in this row and column of tiles.
   *
   * @param block zeros before the first tile
   */
  void pool(FeatureSlot tile, int row, int column, ResultBlock block) {
    Axis down = rows.get(row);
    Axis across = columns.get(column);
    if (down.tile.aligned() && across.tile.aligned()) {
      ops.putPooled(tile, down.tile, across.tile, block);
    } else {
      ops.addPooled(tile, down.tile, down.weights, across.tile, across.weights, block);
    }
  }
}
