package io.s2stream.viewer.moments;

/**
 * Chooses the frames of one stream that are shown: at most so many per second of the video and, on
 * the long run, of the clock. Used by one thread.
 */
final class Thinning {
  /** Shown at once where much is read at once, as when a stream is first looked at. */
  private static final double BURST = 120;

  private static final double TOLERANCE = 0.9;

  private double credit = BURST;
  private long creditMillis;
  private long shownPts = Long.MIN_VALUE;

  /** Whether to show this frame; if so it counts as shown. */
  boolean takes(long ptsMicros, long nowMillis, double fps) {
    credit = Math.min(BURST, credit + Math.max(0, nowMillis - creditMillis) / 1e3 * fps);
    creditMillis = nowMillis;
    double gap =
        Math.abs((double) ptsMicros - shownPts); // a source that was opened again goes back
    if (credit < 1 || gap * fps < TOLERANCE * 1e6) {
      return false;
    }
    credit--;
    shownPts = ptsMicros;
    return true;
  }
}
