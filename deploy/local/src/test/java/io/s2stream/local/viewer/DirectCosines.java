package io.s2stream.local.viewer;

import com.fasterxml.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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

  /** Compares them with what the viewer answers: its cosines, and which patch is the most alike. */
  static void assertClose(JsonNode found, double[] expected) {
    assertThat(found.path("cosines")).hasSize(expected.length);
    int best = 0;
    for (int i = 0; i < expected.length; i++) {
      assertThat(found.path("cosines").get(i).asDouble()).isCloseTo(expected[i], within(0.01));
      best = expected[i] > expected[best] ? i : best;
    }
    assertThat(found.path("best").asInt()).isEqualTo(best);
  }
}
