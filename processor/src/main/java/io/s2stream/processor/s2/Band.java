package io.s2stream.processor.s2;

/**
 * Some rows of a bicubically resized image and the rows of the original they come from; or columns,
 * as the axes don't touch each other.
 *
 * <p>Resizing a crop gives the same as cropping the resized whole only if both start at the same
 * point: at a row of the result that lies exactly on the edge of a row of the original. There is
 * one every {@code period} rows of the result.
 *
 * @param start first row of the result that is wanted
 * @param size how many
 * @param origin row of the result where the crop starts, at most {@code start}
 * @param cropStart row of the original where the crop starts
 * @param cropEnd row of the original behind the crop
 */
record Band(int start, int size, int origin, int cropStart, int cropEnd) {

  /** Rows of a result of {@code to} rows between two that lie on an edge of one of {@code from}. */
  static int period(int from, int to) {
    return to / gcd(from, to);
  }

  /**
   * The smallest crop for a band.
   *
   * @param from rows of the original
   * @param to rows of the whole result
   */
  static Band of(int from, int to, int start, int size) {
    int step = from / gcd(from, to);
    double scale = (double) from / to;
    // The kernel takes one row before and two after the one that a position falls into; one more
    // on each side for rounding.
    int first = (int) Math.floor((start + 0.5) * scale - 0.5) - 2;
    int last = (int) Math.floor((start + size - 0.5) * scale - 0.5) + 3;
    int steps = Math.max(0, first) / step;
    return new Band(start, size, steps * period(from, to), steps * step, Math.min(from, last + 1));
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
