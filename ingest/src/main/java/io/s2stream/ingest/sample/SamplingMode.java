package io.s2stream.ingest.sample;

/** A rule by which frames are sampled, with its parameter. Immutable. */
public sealed interface SamplingMode {

  /**
   * Returns a sampler for one reading of a stream.
   *
   * @param totalFrames how many frames the whole video has; only used if {@link #needsFrameCount}
   */
  FrameSampler sampler(long totalFrames);

  /** Returns whether the video's frames have to be counted before the first is chosen. */
  default boolean needsFrameCount() {
    return false;
  }

  /** Returns whether the decoder may leave out every frame that is not a keyframe. */
  default boolean keyframesOnly() {
    return false;
  }

  /**
   * So many frames a second; see {@link FpsSampler}.
   *
   * @param fps more than 0, at most {@value #MAX}
   */
  record Fps(double fps) implements SamplingMode {

    public static final int MAX = 1000;

    public Fps {
      if (!(fps > 0 && fps <= MAX)) {
        throw new IllegalArgumentException(fps + ": expected more than 0, at most " + MAX);
      }
    }

    @Override
    public FrameSampler sampler(long totalFrames) {
      return new FpsSampler(fps);
    }
  }

  /**
   * The first decoded frame and every n-th after it.
   *
   * @param n at least 1
   */
  record EveryNth(int n) implements SamplingMode {
    public EveryNth {
      if (n < 1) {
        throw new IllegalArgumentException(n + ": expected at least 1");
      }
    }

    @Override
    public FrameSampler sampler(long totalFrames) {
      return new EveryNthSampler(n);
    }
  }

  /** Every keyframe; the decoder leaves out the rest. */
  record Keyframes() implements SamplingMode {
    @Override
    public FrameSampler sampler(long totalFrames) {
      return new EveryNthSampler(1);
    }

    @Override
    public boolean keyframesOnly() {
      return true;
    }
  }

  /**
   * So many frames spread evenly over a whole video; see {@link UniformSampler}.
   *
   * @param frames at least 1, at most {@value #MAX}
   */
  record Uniform(int frames) implements SamplingMode {

    public static final int MAX = 1_000_000;

    public Uniform {
      if (frames < 1 || frames > MAX) {
        throw new IllegalArgumentException(frames + ": expected 1 to " + MAX);
      }
    }

    @Override
    public FrameSampler sampler(long totalFrames) {
      return new UniformSampler(totalFrames, frames);
    }

    @Override
    public boolean needsFrameCount() {
      return true;
    }
  }

  /** Every decoded frame. */
  record All() implements SamplingMode {
    @Override
    public FrameSampler sampler(long totalFrames) {
      return new EveryNthSampler(1);
    }
  }
}
