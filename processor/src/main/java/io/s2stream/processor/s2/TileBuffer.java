package io.s2stream.processor.s2;

import java.util.ArrayList;
import java.util.List;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.s2stream.processor.tower.Tower;

/**
 * The tiles of one size that wait for the tower: k slots that fill over scales and frames, so that
 * the tower always runs on full chunks but the last. This bounds the memory of a forward to that of
 * k tiles, whatever the batch.
 */
final class TileBuffer {
  /** Where the tile in a slot came from. */
  record Source(int frame, int scale, Tile tile) {}

  private final Tower tower;
  private final TensorOps ops;
  private final FeatureGrids grids;
  private final NDArray slots; // [k, 3, tile, tile] tower's dtype
  private final int capacity;
  private final List<Source> sources = new ArrayList<>();

  /**
   * @param scope manager that owns the buffer
   */
  TileBuffer(
      Tower tower, TensorOps ops, FeatureGrids grids, NDManager scope, int capacity, int tileSize) {
    this.tower = tower;
    this.ops = ops;
    this.grids = grids;
    this.capacity = capacity;
    this.slots = scope.zeros(new Shape(capacity, 3, tileSize, tileSize), tower.spec().dtype());
  }

  /** Copies a tile of {@code image [1, 3, H, W]}; runs the tower when the last slot is taken. */
  void put(NDArray image, Source source) {
    ops.putTile(slots, sources.size(), image, source.tile());
    sources.add(source);
    if (sources.size() == capacity) {
      flush();
    }
  }

  /** Runs the tower on the tiles that wait. */
  void flush() {
    if (sources.isEmpty()) {
      return;
    }
    try (NDManager scope = slots.getManager().newSubManager()) {
      NDArray tiles = slots.get(new NDIndex(":" + sources.size()));
      // A view joins the manager of what it views; the features follow the tiles.
      tiles.attach(scope);
      NDArray features = tower.features(tiles); // [n, N, C] or [n, C, h, w]
      for (int slot = 0; slot < sources.size(); slot++) {
        grids.place(features, slot, sources.get(slot));
      }
    }
    sources.clear();
  }
}
