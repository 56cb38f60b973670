package io.s2stream.bench.compare;

import java.util.List;

import io.s2stream.processor.extract.FeatureExtractor;
import io.s2stream.processor.extract.FeatureLayout;
import io.s2stream.processor.extract.FrameBlock;
import io.s2stream.processor.extract.FrameRejectedException;
import io.s2stream.processor.extract.TowerInfo;

/**
 * Notes when calls to the device began and ended. Stays open when the processor closes it, as its
 * owner uses it for more than one.
 */
final class TimedExtractor implements FeatureExtractor {
  private final FeatureExtractor extractor;
  private final Times times;

  /** Of the calls to one or more extractors. Thread-safe. */
  static final class Times {
    private long beginNanos = Long.MAX_VALUE;
    private long endNanos;
    private int frames;

    private synchronized void begins(long nanos) {
      beginNanos = Math.min(beginNanos, nanos);
    }

    private synchronized void ends(long nanos, int done) {
      endNanos = nanos;
      frames += done;
    }

    /** Seconds per frame from the beginning of the first call to the end of the last. */
    synchronized double secondsPerFrame() throws WrongOutputException {
      if (frames == 0) {
        throw new WrongOutputException("the device was never called");
      }
      return (endNanos - beginNanos) / 1e9 / frames;
    }
  }

  TimedExtractor(FeatureExtractor extractor, Times times) {
    this.extractor = extractor;
    this.times = times;
  }

  @Override
  public void extract(List<FrameBlock> blocks) {
    times.begins(System.nanoTime());
    extractor.extract(blocks);
    times.ends(System.nanoTime(), blocks.size());
  }

  @Override
  public TowerInfo tower() {
    return extractor.tower();
  }

  @Override
  public FeatureLayout layout(int height, int width) throws FrameRejectedException {
    return extractor.layout(height, width);
  }

  @Override
  public FeatureLayout nominalLayout() {
    return extractor.nominalLayout();
  }

  @Override
  public void close() {}
}
