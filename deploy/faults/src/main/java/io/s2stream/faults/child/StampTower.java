package io.s2stream.faults.child;

import java.time.Duration;
import java.util.List;

import io.s2stream.faults.frames.FrameStamp;
import io.s2stream.processor.extract.FeatureExtractor;
import io.s2stream.processor.extract.FeatureLayout;
import io.s2stream.processor.extract.FrameBlock;
import io.s2stream.processor.extract.FrameRejectedException;
import io.s2stream.processor.extract.TowerInfo;
import io.s2stream.schemas.TensorType;

/**
 * A stand-in for the vision tower, where the faults and not the features are the subject: its
 * features say which frame of which stream they were made of. Takes a fixed time for a batch, and
 * fails as planned.
 */
final class StampTower implements FeatureExtractor {
  private final Duration delay;
  private final int channels;
  private final FaultPlan faults;

  /**
   * @param delay for a batch, however many frames it has
   * @param featureBytes of a frame, a multiple of 8
   */
  StampTower(Duration delay, int featureBytes, FaultPlan faults) {
    this.delay = delay;
    this.channels = featureBytes / Float.BYTES;
    this.faults = faults;
  }

  @Override
  public TowerInfo tower() {
    return new TowerInfo("stamp", "0".repeat(64));
  }

  @Override
  public FeatureLayout layout(int height, int width) throws FrameRejectedException {
    boolean raw = height == FrameStamp.RAW_SIDE && width == FrameStamp.RAW_SIDE;
    boolean jpeg = height == FrameStamp.JPEG_HEIGHT && width == FrameStamp.JPEG_WIDTH;
    if (!raw && !jpeg) {
      throw new FrameRejectedException("frames of " + width + "x" + height + " have no stamp");
    }
    if (faults.strikes(FaultPoint.LAYOUT)) {
      if (faults.choose(2) == 0) {
        throw new StackOverflowError("put in before decoding");
      }
      throw new IllegalStateException("put in before decoding");
    }
    return layoutOf(height, width);
  }

  @Override
  public FeatureLayout nominalLayout() {
    return layoutOf(FrameStamp.JPEG_HEIGHT, FrameStamp.JPEG_WIDTH);
  }

  private FeatureLayout layoutOf(int height, int width) {
    return new FeatureLayout(
        1, channels, 1, 1, 0, TensorType.FLOAT32, List.of(new int[] {height, width}));
  }

  @Override
  public void extract(List<FrameBlock> blocks) {
    sleep();
    if (blocks.size() > 1 && faults.strikes(FaultPoint.BATCHING)) {
      throw new IllegalStateException("put in for a batch of " + blocks.size() + " frames");
    }
    if (faults.strikes(FaultPoint.FORWARD)) {
      exhaustTheHeap();
    }
    for (FrameBlock block : blocks) {
      FrameStamp.writeFeatures(block.frames().get(0), block.out());
    }
  }

  /** Sixteen GiB: the JVM itself throws. */
  private static void exhaustTheHeap() {
    long[] tooLarge = new long[Integer.MAX_VALUE - 8];
    throw new IllegalStateException("a heap that holds " + tooLarge.length + " longs is no test");
  }

  private void sleep() {
    try {
      Thread.sleep(delay.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The batcher ends; this batch is still done.
    }
  }

  @Override
  public void close() {}
}
