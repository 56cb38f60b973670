package io.s2stream.bench.fleet;

import java.util.List;

import io.s2stream.processor.extract.FeatureExtractor;
import io.s2stream.processor.extract.FeatureLayout;
import io.s2stream.processor.extract.FrameBlock;
import io.s2stream.processor.extract.TowerInfo;
import io.s2stream.schemas.TensorType;

/** Computes nothing: its features are zeros of a given size, so that all else can be measured. */
final class NullTower implements FeatureExtractor {
  private final FeatureLayout layout;

  /**
   * @param tokens features of a frame are {@code [tokens, channels]} float16
   */
  NullTower(int tokens, int channels, int frameSide) {
    layout =
        new FeatureLayout(
            tokens,
            channels,
            1,
            tokens,
            0,
            TensorType.FLOAT16,
            List.of(new int[] {frameSide, frameSide}));
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
  public void extract(List<FrameBlock> blocks) {
    // The buffers are zeros already.
  }

  @Override
  public void close() {}
}
