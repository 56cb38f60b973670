package io.s2stream.processor.extract;

import java.util.ArrayList;
import java.util.List;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.pooling.Pool;

/**
 * Takes the means over blocks of the token grid and of frames, on the device and in float32, so
 * that only what is left has to be converted and copied. One thread at a time.
 */
final class BlockPooling {
  private static final Shape NO_PADDING = new Shape(0, 0);

  private final PoolConfig pool;

  BlockPooling(PoolConfig pool) {
    this.pool = pool;
  }

  /**
   * @param features {@code [B, N, C]} or {@code [B, C, H, W]} float32; its manager keeps temporary
   *     arrays and the result
   * @param layout of the result
   * @param gridHeight rows before pooling
   * @param framesPerBlock adds up to B
   * @return {@code [blocks, N', C]} or {@code [blocks, C, H', W']} float32
   */
  NDArray apply(
      NDArray features, FeatureLayout layout, int gridHeight, List<Integer> framesPerBlock) {
    return overFrames(overGrid(features, layout, gridHeight), framesPerBlock);
  }

  private NDArray overGrid(NDArray features, FeatureLayout layout, int gridHeight) {
    if (pool.h() == 1 && pool.w() == 1) {
      return features;
    }
    if (features.getShape().dimension() == 4) {
      return means(features);
    }
    int prefix = layout.prefixTokens();
    long frames = features.getShape().get(0);
    long channels = features.getShape().get(2);
    NDArray grid =
        features.get(new NDIndex(":, {}:", prefix)).reshape(frames, gridHeight, -1, channels);
    NDArray pooled =
        means(grid.transpose(0, 3, 1, 2)).transpose(0, 2, 3, 1).reshape(frames, -1, channels);
    return prefix == 0
        ? pooled
        : features.get(new NDIndex(":, :{}", prefix)).concat(pooled, 1); // [B, N', C]
  }

  /** {@code [B, C, H, W]}; without padding in the count, a smaller block is the mean of itself. */
  private NDArray means(NDArray maps) {
    Shape block = new Shape(pool.h(), pool.w());
    return Pool.avgPool2d(maps, block, block, NO_PADDING, true, false);
  }

  private static NDArray overFrames(NDArray features, List<Integer> framesPerBlock) {
    if (framesPerBlock.size() == features.getShape().get(0)) {
      return features;
    }
    List<NDArray> means = new ArrayList<>();
    int start = 0;
    for (int frames : framesPerBlock) {
      NDArray block = features.get(new NDIndex("{}:{}", start, start + frames));
      means.add(block.mean(new int[] {0}, true));
      start += frames;
    }
    return NDArrays.concat(new NDList(means), 0);
  }
}
