package io.s2stream.bench.compare;

/** How alike two sets of features are. */
final class Cosine {
  private Cosine() {}

  /** Cosine of two tensors of as many elements; NaN where one is all zeros or not finite. */
  static double of(float[] a, float[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(a.length + " and " + b.length + " elements");
    }
    double product = 0;
    double ofA = 0;
    double ofB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      ofA += (double) a[i] * a[i];
      ofB += (double) b[i] * b[i];
    }
    return product / Math.sqrt(ofA * ofB);
  }
}
