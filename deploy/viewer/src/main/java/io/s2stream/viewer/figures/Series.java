package io.s2stream.viewer.figures;

/**
 * The last values of a figure at even times, oldest first: what a small chart shows. Thread-safe.
 */
public final class Series {
  /** How many values are kept. */
  public static final int LENGTH = 120;

  private final float[] values = new float[LENGTH];
  private int count;
  private int next;

  /**
   * @param value NaN: not known
   */
  public synchronized void add(double value) {
    values[next] = (float) value;
    next = (next + 1) % LENGTH;
    count = Math.min(count + 1, LENGTH);
  }

  public synchronized float[] values() {
    float[] copy = new float[count];
    for (int i = 0; i < count; i++) {
      copy[i] = values[Math.floorMod(next - count + i, LENGTH)];
    }
    return copy;
  }
}
