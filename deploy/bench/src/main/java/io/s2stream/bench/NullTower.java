package io.s2stream.bench;

import java.util.List;

import io.s2stream.processor.extract.FeatureExtractor;
import io.s2stream.processor.extract.FeatureLayout;
import io.s2stream.processor.extract.FrameBlock;
import io.s2stream.processor.extract.TowerInfo;
import io.s2stream.schemas.TensorType;

/**
 * In the vision tower's place where what is around it is measured: takes no time and writes
 * nothing, so that features are zeros. Thread-safe.
 */
public final class NullTower implements FeatureExtractor {
  private final FeatureLayout layout;

  /**
   * @param side of the frames, in pixels
   * @param gridHeight rows of tokens
   * @param gridWidth tokens in a row
   * @param channels of a token, float16
   */
  public NullTower(int side, int gridHeight, int gridWidth, int channels) {
    layout =
        new FeatureLayout(
            gridHeight * gridWidth,
            channels,
            gridHeight,
            gridWidth,
            0,
            TensorType.FLOAT16,
            List.of(new int[] {side, side}));
  }

  @Override
  public TowerInfo tower() {
    return new TowerInfo("null", "0".repeat(64));
  }

  @Override
  public FeatureLayout layout(int height, int width) {
    return layout;
  }

  @Override
  public FeatureLayout nominalLayout() {
    return layout;
  }

  @Override
  public void extract(List<FrameBlock> blocks) {}

  @Override
  public void close() {}
}
