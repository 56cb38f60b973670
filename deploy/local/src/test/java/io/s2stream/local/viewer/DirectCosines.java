package io.s2stream.local.viewer;

/** Cosines computed from the exact features, without anything of the viewer's. */
final class DirectCosines {
  private DirectCosines() {}

  /**
   * @param of {@code [patches][CHANNELS]}, of which one patch is compared
   * @return with each patch of that stream's frame
   */
  static double[] of(float[][] of, int patch, String stream, long index) {
    float[][] features = ShownRecords.features(stream, index);
    double[] cosines = new double[features.length];
    for (int i = 0; i < cosines.length; i++) {
      double dot = 0;
      double own = 0;
      double others = 0;
      for (int c = 0; c < ShownRecords.CHANNELS; c++) {
        dot += of[patch][c] * features[i][c];
        own += of[patch][c] * of[patch][c];
        others += features[i][c] * features[i][c];
      }
      cosines[i] = dot / Math.sqrt(own * others);
    }
    return cosines;
  }
}
