package io.s2stream.processor.s2;

import java.util.Arrays;

/**
 * Where the time of a forward went. Works like a lap timer, as the phases follow each other on one
 * thread: the time since the last call belongs to the phase that ends. Reading the clock costs some
 * 30 ns, a few times per tile, so it is always on. Not thread-safe.
 *
 * <p>A GPU works on by itself after it was told what to do: there a phase ends when its work is
 * handed over, and what is left to wait for shows in {@link Phase#COPY}.
 */
public final class PhaseTimes {
  private final long[] nanos = new long[Phase.values().length];
  private long lap = System.nanoTime();

  /** Forgets the forward before; its time begins now. */
  public void start() {
    Arrays.fill(nanos, 0);
    lap = System.nanoTime();
  }

  /** The time since the last call was spent on this. */
  public void end(Phase phase) {
    long now = System.nanoTime();
    nanos[phase.ordinal()] += now - lap;
    lap = now;
  }

  /** What a phase took since the start, in nanoseconds. */
  public long nanos(Phase phase) {
    return nanos[phase.ordinal()];
  }
}
