package io.s2stream.processor.s2;

import java.util.ArrayList;
import java.util.List;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.s2stream.processor.tower.Tower;
import org.jspecify.annotations.Nullable;

/**
 * The tiles of one size that wait for the tower: k slots that fill over scales and frames, so that
 * the tower always runs on full chunks but the last. This bounds the memory of a forward to that of
 * k tiles, whatever the batch.
 */
final class TileBuffer {
  /** Where the tile in a slot came from. */
  record Source(int frame, int scale, int row, int column) {}

  /** Takes the features of one tile. */
  @FunctionalInterface
  interface Sink {
    void accept(NDArray features, int slot, Source source);
  }

  private final Tower tower;
  private final TensorOps ops;
  private final ChunkLimits limits;
  private final PhaseTimes times;
  private final Sink sink;
  private final NDArray slots; // [k, 3, tile, tile] the type of tiles the tower takes
  private final int tileSize;
  private final int capacity;
  private final List<Source> sources = new ArrayList<>();

  /**
   * @param scope manager that owns the buffer
   * @param planned tiles per run of the tower, unless the limits say fewer
   */
  TileBuffer(
      Tower tower,
      TensorOps ops,
      ChunkLimits limits,
      PhaseTimes times,
      Sink sink,
      NDManager scope,
      int planned,
      int tileSize) {
    this.tower = tower;
    this.ops = ops;
    this.limits = limits;
    this.times = times;
    this.sink = sink;
    this.tileSize = tileSize;
    this.slots = allocate(scope, planned);
    this.capacity = Math.toIntExact(slots.getShape().get(0));
  }

  private NDArray allocate(NDManager scope, int planned) {
    while (true) {
      int count = limits.limit(tileSize, planned);
      try {
        return scope.zeros(new Shape(count, 3, tileSize, tileSize), tower.spec().tileType());
      } catch (EngineException e) {
        fewer(count, e);
      }
    }
  }

  /**
   * Copies the tile of {@code image [1, 3, H, W]} that starts at this pixel. Runs the tower only
   * when all slots are taken already, so that the image can be freed after its last tile and before
   * the run.
   */
  void put(NDArray image, int top, int left, Source source) {
    runIfFull();
    ops.putTile(slots, sources.size(), image, top, left);
    times.end(Phase.CUT);
    sources.add(source);
  }

  /** Runs the tower if no more tiles can wait. */
  void runIfFull() {
    if (sources.size() == capacity) {
      flush();
    }
  }

  /** Runs the tower on the tiles that wait, in several runs where the memory asks for it. */
  void flush() {
    int start = 0;
    while (start < sources.size()) {
      int count = Math.min(limits.limit(tileSize, capacity), sources.size() - start);
      if (run(start, count)) {
        start += count;
      }
    }
    sources.clear();
  }

  /** Returns false, with the limit lowered, when so many tiles don't fit. */
  private boolean run(int start, int count) {
    try (NDManager scope = slots.getManager().newSubManager()) {
      NDArray tiles = slots.get(new NDIndex("{}:{}", start, start + count));
      // A view joins the manager of what it views; the features follow the tiles.
      tiles.attach(scope);
      NDArray features = features(tiles);
      times.end(Phase.TOWER);
      if (features == null) {
        return false;
      }
      for (int slot = 0; slot < count; slot++) {
        sink.accept(features, slot, sources.get(start + slot));
      }
      times.end(Phase.POOL);
      return true;
    }
  }

  private @Nullable NDArray features(NDArray tiles) {
    try {
      return tower.features(tiles); // [n, N, C] or [n, C, h, w]
    } catch (EngineException e) {
      fewer(Math.toIntExact(tiles.getShape().get(0)), e);
      return null;
    }
  }

  private void fewer(int failedTiles, EngineException cause) {
    if (!OutOfDeviceMemoryException.isReportedBy(cause)) {
      throw cause;
    }
    limits.halve(tileSize, failedTiles, tower.device(), cause);
  }
}
