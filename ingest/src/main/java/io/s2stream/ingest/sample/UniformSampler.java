package io.s2stream.ingest.sample;

/**
 * Takes the frames {@code numpy.round(numpy.linspace(0, n - 1, N))} of a video of n frames, as
 * VILA's loader does ({@code llava/utils/media.py}, {@code _load_video}): first and last included,
 * a half rounded to the even neighbour, and with fewer than N frames some taken more than once, so
 * that there are always N.
 */
final class UniformSampler implements FrameSampler {

  private final long totalFrames;
  private final int wanted;
  private long frame = -1;
  private int taken;
  private int copies;

  UniformSampler(long totalFrames, int wanted) {
    this.totalFrames = totalFrames;
    this.wanted = wanted;
  }

  @Override
  public Choice choose(long ptsMicros) {
    frame++;
    copies = 0;
    while (taken < wanted && indexOf(taken) <= frame) {
      taken++;
      copies++;
    }
    return copies > 0 ? Choice.TAKE : Choice.SKIP;
  }

  @Override
  public int copies() {
    return copies;
  }

  @Override
  public boolean finished() {
    return taken == wanted;
  }

  /** Returns the place in the video of the i-th frame that is wanted, 0 <= i < N. */
  private long indexOf(int i) {
    if (wanted == 1) {
      return 0;
    }
    // numpy multiplies by the step in double, and sets the last one to the end itself.
    double step = (double) (totalFrames - 1) / (wanted - 1);
    return i == wanted - 1 ? totalFrames - 1 : (long) Math.rint(i * step);
  }
}
