package io.s2stream.processor.s2;

import java.util.List;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Brings the features of each tile to their place in the result of a forward. */
final class PooledFeatures {
  private final S2Plan plan;
  private final TensorOps ops;
  private final NDArray out; // [B, N, C * scales] or [B, C * scales, H, W] float32
  private final NDManager scope;
  private final List<FeaturePooling> poolings;

  /**
   * @param out zeros of the plan's result shape
   * @param scope manager that owns what the forward needs meanwhile
   */
  PooledFeatures(S2Plan plan, TensorOps ops, NDArray out, NDManager scope) {
    this.plan = plan;
    this.ops = ops;
    this.out = out;
    this.scope = scope;
    this.poolings =
        plan.scales().stream()
            .map(
                scale ->
                    new FeaturePooling(ops, scale.tileGrid(), scale.grid(), plan.grid(), scope))
            .toList();
  }

  NDManager scope() {
    return scope;
  }

  /**
   * Takes the features of one tile: {@code features[slot]}, {@code [k, N, C]} or {@code [k, C, h,
   * w]}.
   */
  void place(NDArray features, int slot, TileBuffer.Source source) {
    int channel = source.scale() * plan.channelsPerScale();
    var tile = new FeatureSlot(features, slot, plan.options().numPrefixToken());
    var block = new ResultBlock(out, source.frame(), channel, plan.grid().width());
    poolings.get(source.scale()).pool(tile, source.row(), source.column(), block);
    if (tile.prefix() > 0) {
      ops.addPrefix(tile, block, plan.scales().get(source.scale()).tileCount());
    }
  }
}
