package io.s2stream.local;

import java.util.List;

import io.s2stream.processor.extract.FeatureExtractor;
import io.s2stream.processor.extract.FeatureLayout;
import io.s2stream.processor.extract.FrameBlock;
import io.s2stream.processor.extract.TowerInfo;
import io.s2stream.schemas.TensorType;

/**
 * A tower that computes nothing, and fails whenever one of its frames begins with {@link #POISON}:
 * alone or among others, as a real tower would.
 */
final class FailingTower implements FeatureExtractor {
  static final byte POISON = 66;

  @Override
  public TowerInfo tower() {
    return new TowerInfo("failing", "00");
  }

  @Override
  public FeatureLayout nominalLayout() {
    return layout(1, 1);
  }

  @Override
  public FeatureLayout layout(int height, int width) {
    return new FeatureLayout(1, 1, 1, 1, 0, TensorType.FLOAT32, List.of(new int[] {height, width}));
  }

  @Override
  public void extract(List<FrameBlock> blocks) {
    if (blocks.stream()
        .flatMap(block -> block.frames().stream())
        .anyMatch(f -> f.pixels().get(f.pixels().position()) == POISON)) {
      throw new IllegalStateException("the tower does not like this frame");
    }
  }

  @Override
  public void close() {}
}
