package io.s2stream.viewer.features;

import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class PcaFitTest {
  private static final int CHANNELS = 24;

  /** Patches that vary by these amounts along the first channels, and a little along all. */
  private static PatchFeatures cloud(long seed, double... spreads) {
    Random random = new Random(seed);
    float[][] patches = new float[20 * 20][CHANNELS];
    for (float[] patch : patches) {
      for (int c = 0; c < CHANNELS; c++) {
        double spread = c < spreads.length ? spreads[c] : 0.02;
        patch[c] = (float) (3 + spread * random.nextGaussian());
      }
    }
    return Records.features(20, 20, 1, patches);
  }

  private static ChannelRange all(PatchFeatures features) {
    return features.range(ChannelRange.ALL);
  }

  @Test
  void shouldFindTheDirectionsOfMostVarianceInTheirOrder() {
    PatchFeatures features = cloud(1, 1, 4, 2);

    PcaBasis basis = PcaFit.fit(List.of(features), all(features), null);

    int[] channels = {1, 2, 0};
    for (int k = 0; k < 3; k++) {
      assertThat(Math.abs(basis.axes().get(channels[k], k))).isCloseTo(1, within(0.02));
    }
  }

  @Test
  void shouldSpreadTheColoursOverTheirWholeRange() {
    PatchFeatures features = cloud(2, 1, 4, 2);

    byte[] colours =
        PcaFit.fit(List.of(features), all(features), null).colours(features, all(features));

    for (int k = 0; k < 3; k++) {
      int least = 255;
      int most = 0;
      for (int i = k; i < colours.length; i += 3) {
        least = Math.min(least, colours[i] & 0xff);
        most = Math.max(most, colours[i] & 0xff);
      }
      assertThat(least).isZero();
      assertThat(most).isEqualTo(255);
    }
  }

  @Test
  void shouldKeepTheColoursWhereTheOrderOfTheComponentsSwaps() {
    PatchFeatures before = cloud(3, 3.0, 2.9, 1);
    PatchFeatures after = cloud(4, 2.9, 3.0, 1);

    PcaBasis first = PcaFit.fit(List.of(before), all(before), null);
    PcaBasis second = PcaFit.fit(List.of(after), all(after), first);
    PcaBasis anew = PcaFit.fit(List.of(after), all(after), null);

    assertThat(difference(first, second, after)).isLessThan(12);
    assertThat(difference(first, anew, after)).isGreaterThan(30); // what would be seen without
  }

  /** Mean difference of the colours that two bases give the same patches, in levels of 255. */
  private static double difference(PcaBasis one, PcaBasis other, PatchFeatures features) {
    byte[] a = one.colours(features, all(features));
    byte[] b = other.colours(features, all(features));
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs((a[i] & 0xff) - (b[i] & 0xff));
    }
    return sum / a.length;
  }

  @Test
  void shouldFitFewerChannelsThanColoursAndEqualPatches() {
    PatchFeatures narrow = Records.features(1, 3, 1, new float[][] {{1, 2}, {3, 4}, {5, 1}});
    PatchFeatures equal = Records.features(1, 2, 1, new float[][] {{1, 1, 1, 1}, {1, 1, 1, 1}});

    assertThat(PcaFit.fit(List.of(narrow), all(narrow), null).colours(narrow, all(narrow)))
        .hasSize(9);
    assertThat(PcaFit.fit(List.of(equal), all(equal), null).colours(equal, all(equal))).hasSize(6);
  }
}
