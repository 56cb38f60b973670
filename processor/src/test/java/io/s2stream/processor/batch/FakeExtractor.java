package io.s2stream.processor.batch;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

import io.s2stream.processor.extract.FeatureExtractor;
import io.s2stream.processor.extract.FeatureLayout;
import io.s2stream.processor.extract.FrameBlock;
import io.s2stream.processor.extract.FrameRejectedException;
import io.s2stream.processor.extract.RgbFrame;
import io.s2stream.processor.extract.TowerInfo;
import io.s2stream.schemas.TensorType;

/**
 * A model whose features are two floats: the mean of the first bytes of the block's frames, and
 * twice that. Can be told to fail or to wait.
 */
public final class FakeExtractor implements FeatureExtractor {
  /** Frames of this width are refused. */
  public static final int REFUSED_WIDTH = 7;

  public static final FeatureLayout LAYOUT =
      new FeatureLayout(1, 2, 1, 1, 0, TensorType.FLOAT32, List.of(new int[] {4, 4}));

  private final FeatureLayout layout;
  private final List<Integer> batchSizes = Collections.synchronizedList(new ArrayList<>());
  private volatile Predicate<RgbFrame> failing = frame -> false;
  private volatile Runnable beforeForward = () -> {};

  public FakeExtractor() {
    this(LAYOUT);
  }

  public FakeExtractor(FeatureLayout layout) {
    this.layout = layout;
  }

  /** From now on the forward of a batch fails if one of its frames matches. */
  public void failOn(Predicate<RgbFrame> failing) {
    this.failing = failing;
  }

  /** Runs at the start of each forward, on the device thread. */
  public void beforeForward(Runnable action) {
    this.beforeForward = action;
  }

  /** Frames per call so far. */
  public List<Integer> batchSizes() {
    return List.copyOf(batchSizes);
  }

  public static int firstByte(RgbFrame frame) {
    return frame.pixels().get(frame.pixels().position()) & 0xff;
  }

  @Override
  public TowerInfo tower() {
    return new TowerInfo("fake", "00ff");
  }

  @Override
  public FeatureLayout layout(int height, int width) throws FrameRejectedException {
    if (width == REFUSED_WIDTH) {
      throw new FrameRejectedException("frames of width " + width + " are refused");
    }
    return layout;
  }

  @Override
  public FeatureLayout nominalLayout() {
    return layout;
  }

  @Override
  public void extract(List<FrameBlock> blocks) {
    List<RgbFrame> frames = blocks.stream().flatMap(block -> block.frames().stream()).toList();
    beforeForward.run();
    batchSizes.add(frames.size());
    if (frames.stream().anyMatch(failing)) {
      throw new IllegalStateException("the fake model was told to fail");
    }
    for (FrameBlock block : blocks) {
      float value =
          (float)
              block.frames().stream().mapToInt(FakeExtractor::firstByte).average().orElseThrow();
      block.out().duplicate().order(ByteOrder.LITTLE_ENDIAN).putFloat(value).putFloat(2 * value);
    }
  }

  @Override
  public void close() {}
}
