package io.s2stream.ingest.source;

/**
 * Chooses which decoded frames are sampled, by their own times.
 *
 * <p>Every multiple {@code k/fps} seconds from the start of the stream takes the frame nearest to
 * it (the earlier one on a tie), if one lies within half of 1/fps. So a video of D seconds gives
 * {@code D·fps} frames, spaced without drift; a source slower than fps gives each of its frames
 * once. Nothing is ever repeated: a gap in the source leaves its multiples empty.
 *
 * <p>A frame before its multiple is known to be the nearest only when the next one is seen, so the
 * caller holds on to it: for each decoded frame ask {@link #startsAnew}, {@link #releases} and
 * {@link #choose}, in this order, and {@link #releasesAtEnd} at the end. A frame at or after its
 * multiple goes on at once, so at most one frame's time is added to a live source's latency.
 *
 * <p>Why not libavfilter's {@code fps}: it fills gaps with copies (a 45 s camera outage becomes
 * hundreds of equal frames), shows for the multiple at 0 s a frame up to half a step later, and
 * would see each frame only after it was put into the graph. A chain of {@code
 * select=gte(t-prev,1/fps)} drifts: 30 frames/s sampled at 20 gives 15.
 *
 * <p>Not thread-safe: one per reading of a stream.
 */
final class FrameSampler {

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
  FrameSampler(double fps) {
    this.fps = fps;
  }

  /** What to do with a frame. */
  enum Choice {
    SKIP,
    /** Sample it now; a frame that is held is not wanted. */
    TAKE,
    /** Hold it instead of one that may be held already. */
    HOLD
  }

  /**
   * Returns whether this time lies so far before the last one that the source must have started
   * anew.
   */
  boolean startsAnew(long ptsMicros) {
    return lastMicros != NONE && ptsMicros < lastMicros - NEW_TIMELINE_MICROS;
  }

  /** Returns whether a frame of this time makes the held one the nearest of its multiple. */
  boolean releases(long ptsMicros) {
    if (!holding) {
      return false;
    }
    long slot = slotOf(ptsMicros);
    boolean nearer = distance(ptsMicros, slot) < distance(lastMicros, slot) - ROUNDING_MICROS;
    return startsAnew(ptsMicros) || slot > lastSlot || (slot == lastSlot && !nearer);
  }

  /** Decides on the next frame, after {@link #releases} for the one before. */
  Choice choose(long ptsMicros) {
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
   *
   * @param frameMicros how long the held frame is shown
   */
  boolean releasesAtEnd(long frameMicros) {
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
