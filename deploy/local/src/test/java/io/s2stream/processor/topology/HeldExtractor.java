package io.s2stream.processor.topology;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

import io.s2stream.processor.extract.FeatureExtractor;
import io.s2stream.processor.extract.FeatureLayout;
import io.s2stream.processor.extract.FrameBlock;
import io.s2stream.processor.extract.RgbFrame;
import io.s2stream.processor.extract.TowerInfo;
import io.s2stream.schemas.TensorType;

/** A model that computes nothing, and waits before frames whose first byte reaches a number. */
final class HeldExtractor implements FeatureExtractor {
  private final int heldFrom;
  private final CountDownLatch gate = new CountDownLatch(1);
  private volatile long nanosPerFrame;

  HeldExtractor(int heldFrom) {
    this.heldFrom = heldFrom;
  }

  void release() {
    gate.countDown();
  }

  /** From now on each frame takes at least this long. */
  void takeTime(Duration perFrame) {
    nanosPerFrame = perFrame.toNanos();
  }

  @Override
  public TowerInfo tower() {
    return new TowerInfo("held", "00");
  }

  @Override
  public FeatureLayout layout(int height, int width) {
    return new FeatureLayout(1, 1, 1, 1, 0, TensorType.FLOAT32, List.of(new int[] {height, width}));
  }

  @Override
  public FeatureLayout nominalLayout() {
    return layout(1, 1);
  }

  @Override
  public void extract(List<FrameBlock> blocks) {
    for (FrameBlock block : blocks) {
      RgbFrame frame = block.frames().get(0);
      if (frame.pixels().get(frame.pixels().position()) >= heldFrom) {
        awaitGate();
      }
      LockSupport.parkNanos(nanosPerFrame);
    }
  }

  /** As native code does: an interrupt doesn't end the wait. */
  private void awaitGate() {
    while (true) {
      try {
        gate.await();
        return;
      } catch (InterruptedException e) {
        // keeps waiting
      }
    }
  }

  @Override
  public void close() {}
}
