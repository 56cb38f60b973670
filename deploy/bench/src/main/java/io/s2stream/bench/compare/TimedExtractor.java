package io.s2stream.bench.compare;

import java.util.ArrayList;
import java.util.List;

import io.s2stream.processor.extract.FeatureExtractor;
import io.s2stream.processor.extract.FeatureLayout;
import io.s2stream.processor.extract.FrameBlock;
import io.s2stream.processor.extract.FrameRejectedException;
import io.s2stream.processor.extract.TowerInfo;

/**
 * Notes when each call to the device ended. Stays open when the processor closes it, as its owner
 * uses it for more than one.
 */
final class TimedExtractor implements FeatureExtractor {
  private final FeatureExtractor extractor;
  private final List<Call> calls = new ArrayList<>(); // guarded by itself

  /** A call that ended. */
  private record Call(long endNanos, int frames) {}

  TimedExtractor(FeatureExtractor extractor) {
    this.extractor = extractor;
  }

  @Override
  public void extract(List<FrameBlock> blocks) {
    extractor.extract(blocks);
    synchronized (calls) {
      calls.add(new Call(System.nanoTime(), blocks.size()));
    }
  }

  /**
   * Seconds per frame from the end of one call to the end of the last: from the first call's on in
   * which at least so many frames were done, so that what lies between the calls counts.
   */
  double secondsPerFrame(int warmUpFrames) throws WrongOutputException {
    synchronized (calls) {
      int first = 0;
      int done = calls.isEmpty() ? 0 : calls.get(0).frames();
      while (done < warmUpFrames && first < calls.size() - 2) {
        first++;
        done += calls.get(first).frames();
      }
      if (calls.size() < 2) {
        throw new WrongOutputException("the device was called less than twice");
      }
      int frames = calls.stream().skip(first + 1L).mapToInt(Call::frames).sum();
      return (calls.get(calls.size() - 1).endNanos() - calls.get(first).endNanos()) / 1e9 / frames;
    }
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
