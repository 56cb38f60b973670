package io.s2stream.ingest.source;

/**
 * Chooses which decoded frames are sampled, by their own times.
 *
 * <p>Time is cut into slots of 1/fps seconds counted from the start of the stream. Each slot takes
 * the frame nearest to its start {@code k/fps} (the earlier one on a tie), with the frame's own
 * time. So a video of D seconds gives {@code D·fps} frames, spaced without drift; a source slower
 * than fps gives each of its frames once. Nothing is ever repeated: a gap in the source leaves its
 * slots empty.
 *
 * <p>Why not libavfilter's {@code fps}: it fills gaps with copies (a 45 s camera outage becomes
 * hundreds of equal frames), shows for the slot at 0 s a frame up to half a slot later, and would
 * see each frame only after it was put into the graph. A chain of {@code select=gte(t-prev,1/fps)}
 * drifts: 30 frames/s sampled at 20 gives 15.
 *
 * <p>Not thread-safe: one per reading of a stream.
 */
final class FrameSampler {

  private static final long NEW_TIMELINE_MICROS = 1_000_000;
  // Containers with whole milliseconds round times by up to one.
  private static final double ROUNDING_MICROS = 1_000;

  private final double fps;
  private final double toleranceMicros;
  private long lastSlot = Long.MIN_VALUE;
  private long lastMicros = Long.MIN_VALUE;

  /**
   * @param fps slots per second
   * @param sourceFps the source's nominal frame rate, 0 if unknown. Half its frame interval is how
   *     much before a slot's start the nearest frame can lie.
   */
  FrameSampler(double fps, double sourceFps) {
    this.fps = fps;
    this.toleranceMicros =
        Math.min(0.5e6 / fps, sourceFps > 0 ? 0.5e6 / sourceFps : ROUNDING_MICROS);
  }

  /** What to do with a frame. */
  enum Choice {
    SKIP,
    TAKE,
    /** Take it; its time lies so far before the last one that the source must have started anew. */
    TAKE_NEW_TIMELINE
  }

  Choice choose(long ptsMicros) {
    boolean newTimeline =
        lastMicros != Long.MIN_VALUE && ptsMicros < lastMicros - NEW_TIMELINE_MICROS;
    // The half microsecond forgives the rounding of times to whole microseconds.
    long slot = (long) Math.floor((ptsMicros + toleranceMicros + 0.5) * fps / 1e6);
    if (!newTimeline && slot <= lastSlot) {
      return Choice.SKIP;
    }
    lastSlot = slot;
    lastMicros = ptsMicros;
    return newTimeline ? Choice.TAKE_NEW_TIMELINE : Choice.TAKE;
  }
}
