package io.s2stream.cli;

import java.util.Random;

/**
 * The first principal axes of a set of vectors: the mean, and the orthogonal directions in which
 * they vary most. By power iteration on the vectors themselves, as their covariance would take C *
 * C numbers.
 */
final class PrincipalAxes {
  private static final int ITERATIONS = 30;

  private final double[] mean; // [C]
  private final double[][] axes; // [k][C], of length 1

  private PrincipalAxes(double[] mean, double[][] axes) {
    this.mean = mean;
    this.axes = axes;
  }

  /**
   * @param vectors {@code [n][C]}, at least one; not changed
   * @param count k
   */
  static PrincipalAxes of(float[][] vectors, int count) {
    int channels = vectors[0].length;
    double[] mean = new double[channels];
    for (float[] vector : vectors) {
      for (int c = 0; c < channels; c++) {
        mean[c] += vector[c] / (double) vectors.length;
      }
    }
    double[][] axes = new double[count][];
    PrincipalAxes found = new PrincipalAxes(mean, axes);
    Random random = new Random(1); // the same axes for the same vectors
    for (int k = 0; k < count; k++) {
      axes[k] = random.doubles(channels, -1, 1).toArray();
      for (int i = 0; i < ITERATIONS; i++) {
        double[] next = new double[channels];
        for (float[] vector : vectors) {
          double along = found.along(vector, k);
          for (int c = 0; c < channels; c++) {
            next[c] += along * (vector[c] - mean[c]);
          }
        }
        found.orthogonal(next, k);
        axes[k] = next;
      }
    }
    return found;
  }

  /** Takes away what lies along earlier axes, and scales to length 1; 0 if nothing is left. */
  private void orthogonal(double[] vector, int earlier) {
    for (int k = 0; k < earlier; k++) {
      double along = 0;
      for (int c = 0; c < vector.length; c++) {
        along += vector[c] * axes[k][c];
      }
      for (int c = 0; c < vector.length; c++) {
        vector[c] -= along * axes[k][c];
      }
    }
    double squares = 0;
    for (double value : vector) {
      squares += value * value;
    }
    double length = Math.max(Math.sqrt(squares), 1e-30);
    for (int c = 0; c < vector.length; c++) {
      vector[c] /= length;
    }
  }

  /** How far the vector lies from the mean along the k-th axis. */
  double along(float[] vector, int k) {
    double sum = 0;
    for (int c = 0; c < mean.length; c++) {
      sum += (vector[c] - mean[c]) * axes[k][c];
    }
    return sum;
  }

  /** C. */
  int channels() {
    return mean.length;
  }
}
