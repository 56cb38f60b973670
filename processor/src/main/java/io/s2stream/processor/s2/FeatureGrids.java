package io.s2stream.processor.s2;

import java.util.HashMap;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Puts the features of tiles back together: one grid per frame and scale that is under way. A grid
 * that has all of its tiles is pooled straight into the result and freed.
 */
final class FeatureGrids {
  private record Key(int frame, int scale) {}

  private static final class Pending {
    private final NDManager scope;
    private final NDArray grid; // [C, H, W] float32
    private int missing;

    Pending(NDManager scope, NDArray grid, int missing) {
      this.scope = scope;
      this.grid = grid;
      this.missing = missing;
    }
  }

  private final S2Plan plan;
  private final TensorOps ops;
  private final NDArray out; // [B, N, C * scales] or [B, C * scales, H, W] float32
  private final NDManager scope;
  private final Map<Key, Pending> pending = new HashMap<>();

  /**
   * @param out zeros of the plan's result shape
   * @param scope manager that owns the grids
   */
  FeatureGrids(S2Plan plan, TensorOps ops, NDArray out, NDManager scope) {
    this.plan = plan;
    this.ops = ops;
    this.out = out;
    this.scope = scope;
  }

  /**
   * Takes the features of one tile: {@code features[slot]}, {@code [k, N, C]} or {@code [k, C, h,
   * w]}.
   */
  void place(NDArray features, int slot, TileBuffer.Source source) {
    int frame = source.frame();
    ScalePlan scale = plan.scales().get(source.scale());
    int channel = source.scale() * plan.channelsPerScale();
    int prefix = plan.options().numPrefixToken();
    var key = new Key(frame, source.scale());
    Pending entry = pending.computeIfAbsent(key, k -> start(scale));
    ops.place(entry.grid, features, slot, prefix, scale.tileGrid().width(), source.tile());
    if (prefix > 0) {
      ops.addPrefix(features, slot, prefix, out, frame, channel, scale.tileCount());
    }
    entry.missing--;
    if (entry.missing > 0) {
      return;
    }
    if (tokens()) {
      ops.poolTokens(entry.grid, out, frame, prefix, channel, plan.grid().width());
    } else {
      ops.poolMap(entry.grid, out, frame, channel);
    }
    pending.remove(key);
    entry.scope.close();
  }

  private Pending start(ScalePlan scale) {
    NDManager gridScope = scope.newSubManager();
    long channels = plan.channelsPerScale();
    Grid size = scale.grid();
    // Tokens keep their channels together in memory: their grid is laid out [H, W, C] and seen as
    // [C, H, W].
    NDArray grid =
        tokens()
            ? gridScope
                .zeros(new Shape(size.height(), size.width(), channels), DataType.FLOAT32)
                .transpose(2, 0, 1)
            : gridScope.zeros(new Shape(channels, size.height(), size.width()), DataType.FLOAT32);
    return new Pending(gridScope, grid, scale.tileCount());
  }

  private boolean tokens() {
    return plan.options().outputShape() == OutputShape.BNC;
  }
}
