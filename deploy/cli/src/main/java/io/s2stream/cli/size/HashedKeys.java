package io.s2stream.cli.size;

/**
 * How unevenly streams spread over processors: their partitions follow from a hash of their keys,
 * so that some processors get more streams than others.
 */
final class HashedKeys {
  private HashedKeys() {}

  /**
   * Streams that the fullest processor gets, the median over all sets of keys: the number on one is
   * taken for Poisson distributed and independent of the others'.
   *
   * @param streams at least 1
   * @param processors with equally many partitions each, at least 1
   */
  static long fullest(long streams, long processors) {
    if (processors == 1) {
      return streams;
    }
    double mean = (double) streams / processors;
    long most = (long) Math.floor(mean);
    double logOfTerm = -mean; // of P(X = 0), then of each k up to the mean
    for (long k = 1; k <= most; k++) {
      logOfTerm += Math.log(mean / k);
    }
    double term = Math.exp(logOfTerm);
    // All processors stay at or below k with probability (1 - P(X > k))^processors.
    double allowed = 1 - Math.pow(0.5, 1.0 / processors);
    while (tail(term, most, mean) > allowed && most < streams) {
      most++;
      term *= mean / most;
    }
    return most;
  }

  /** P(X > k), from P(X = k). */
  private static double tail(double term, long k, double mean) {
    double sum = 0;
    double next = term;
    for (long i = k + 1; ; i++) {
      next *= mean / i;
      sum += next;
      if (i > mean && next < 1e-15) {
        return sum;
      }
    }
  }
}
