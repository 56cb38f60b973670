package io.s2stream.ingest.sample;

/**
 * Chooses which decoded frames are sampled, by their own times.
 *
 * <p>Every multiple {@code k/fps} seconds from the start of the stream takes the frame nearest to
 * it (the earlier one on a tie), if one lies within half of 1/fps. So a video of D seconds gives
 * {@code D·fps} frames, spaced without drift; a source slower than fps gives each of its frames
 * once. Nothing is ever repeated: a gap in the source leaves its multiples empty.
 *
 * <p>A frame before its multiple is known to be the nearest only when the next one is seen, so the
 * caller holds on to it. A frame at or after its multiple goes on at once, so at most one frame's
 * time is added to a live source's latency.
 *
 * <p>Why not libavfilter's {@code fps}: it fills gaps with copies (a 45 s camera outage becomes
 * hundreds of equal frames), shows for the multiple at 0 s a frame up to half a step later, and
 * would see each frame only after it was put into the graph. A chain of {@code
 * select=gte(t-prev,1/fps)} drifts: 30 frames/s sampled at 20 gives 15.
 */
final class FpsSampler implements FrameSampler {

  private static final long NEW_TIMELINE_MICROS = 1_000_000;
  // Times are whole microseconds, multiples are not.
  private static final double ROUNDING_MICROS = 0.5;
  private static final long NONE = Long.MIN_VALUE;

  private final double fps;
  private long lastSlot = NONE;
  private long lastMicros = NONE;
  private boolean holding;

  /**
   * @param fps multiples per second
   */
  FpsSampler(double fps) {
    this.fps = fps;
  }

  /**
   * Returns whether this time lies so far before the last one that the source must have started
   * anew.
   */
  private boolean startsAnew(long ptsMicros) {
    return lastMicros != NONE && ptsMicros < lastMicros - NEW_TIMELINE_MICROS;
  }

  /** Returns whether a frame of this time makes the held one the nearest of its multiple. */
  @Override
  public boolean releases(long ptsMicros) {
    if (!holding) {
      return false;
    }
    long slot = slotOf(ptsMicros);
    boolean nearer = distance(ptsMicros, slot) < distance(lastMicros, slot) - ROUNDING_MICROS;
    return startsAnew(ptsMicros) || slot > lastSlot || (slot == lastSlot && !nearer);
  }

  @Override
  public Choice choose(long ptsMicros) {
    long slot = slotOf(ptsMicros);
    boolean released = releases(ptsMicros);
    boolean open = holding && !released && slot == lastSlot;
    if (!startsAnew(ptsMicros) && slot <= lastSlot && !open) {
      holding &= !released;
      return Choice.SKIP;
    }
    lastSlot = slot;
    lastMicros = ptsMicros;
    holding = ptsMicros + ROUNDING_MICROS < slot * 1e6 / fps;
    return holding ? Choice.HOLD : Choice.TAKE;
  }

  /**
   * Returns whether the held frame is the nearest of its multiple when no other follows: as if a
   * next one came when it is no longer shown.
   */
  @Override
  public boolean releasesAtEnd(long frameMicros) {
    return holding
        && distance(lastMicros, lastSlot) <= distance(lastMicros + frameMicros, lastSlot);
  }

  private double distance(long micros, long slot) {
    return Math.abs(micros - slot * 1e6 / fps);
  }

  /** The nearest multiple, the earlier one on a tie. */
  private long slotOf(long micros) {
    return (long) Math.ceil((micros - ROUNDING_MICROS) * fps / 1e6 - 0.5);
  }
}
