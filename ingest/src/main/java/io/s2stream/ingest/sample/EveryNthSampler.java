package io.s2stream.ingest.sample;

/** Takes the first frame and every n-th after it, whatever their times. */
final class EveryNthSampler implements FrameSampler {

  private final int n;
  private int untilNext;

  EveryNthSampler(int n) {
    this.n = n;
  }

  @Override
  public Choice choose(long ptsMicros) {
    if (untilNext > 0) {
      untilNext--;
      return Choice.SKIP;
    }
    untilNext = n - 1;
    return Choice.TAKE;
  }
}
