package io.s2stream.viewer.features;

import java.util.Arrays;
import java.util.Random;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.tensor.FeatureTensor;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

class PatchFeaturesTest {
  private static float[][] random(int patches, int channels, long seed) {
    Random random = new Random(seed);
    float[][] values = new float[patches][channels];
    for (float[] patch : values) {
      for (int c = 0; c < channels; c++) {
        patch[c] = (float) random.nextGaussian();
      }
    }
    return values;
  }

  private static double cosine(float[] a, float[] b, int from, int to) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int c = from; c < to; c++) {
      dot += a[c] * b[c];
      aa += a[c] * a[c];
      bb += b[c] * b[c];
    }
    return dot / Math.sqrt(aa * bb);
  }

  @Test
  void shouldKeepCosinesWithinHalfAPercentOfTheExactOnes() {
    float[][] values = random(12, 384, 1);
    PatchFeatures features = Records.features(3, 4, 2, values);

    for (int scale = ChannelRange.ALL; scale < 2; scale++) {
      ChannelRange range = features.range(scale);
      for (int i = 0; i < 12; i++) {
        assertThat((double) features.cosine(5, features, i, range))
            .isCloseTo(cosine(values[5], values[i], range.from(), range.to()), within(0.005));
      }
    }
  }

  /** Bits of any kind: large, subnormal, infinite, not a number. */
  @Test
  void shouldMakeTheSameOfFloat16AsOfFloat32() {
    Random random = new Random(5);
    int channels = 32;
    short[] bits = new short[64 * channels];
    for (int i = 0; i < bits.length; i++) {
      int patch = i / channels;
      int most = patch < 8 ? 0x7fff : patch < 16 ? 0x1000 : 0x2000 + random.nextInt(0x5c00);
      bits[i] = (short) (random.nextInt(most + 1) | random.nextInt(2) << 15);
    }
    FeatureRecord halves = Records.halves(8, 8, channels, bits);
    float[] floats = FeatureTensor.of(halves).toFloats();
    float[][] values = new float[64][];
    Arrays.setAll(values, i -> Arrays.copyOfRange(floats, i * channels, (i + 1) * channels));

    PatchFeatures found = PatchFeatures.of(halves, FeatureTensor.of(halves), 0);

    PatchFeatures expected = Records.features(8, 8, 1, values);
    for (int patch = 0; patch < 64; patch++) {
      assertThat(values(found, patch)).as("patch %d", patch).isEqualTo(values(expected, patch));
      assertThat(found.cosine(patch, found, 63 - patch, all(found)))
          .isEqualTo(expected.cosine(patch, expected, 63 - patch, all(expected)));
    }
  }

  private static double[] values(PatchFeatures features, int patch) {
    double[] values = new double[features.channels()];
    features.copyTo(patch, all(features), values, 0);
    return values;
  }

  private static ChannelRange all(PatchFeatures features) {
    return features.range(ChannelRange.ALL);
  }

  @Test
  void shouldTakeZeroAndNotANumberForZero() {
    PatchFeatures features = Records.features(1, 2, 1, new float[][] {{0, 0}, {Float.NaN, 2}});

    assertThat(features.cosine(0, features, 1, features.range(ChannelRange.ALL))).isZero();
    assertThat(features.cosine(1, features, 1, features.range(ChannelRange.ALL))).isEqualTo(1);
  }

  @Test
  void shouldRefuseAGridThatIsNotTheTokens() {
    FeatureRecord record = Records.record(2, 2, 1, random(4, 3, 2));
    record.setPrefixTokens(1);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> PatchFeatures.of(record, FeatureTensor.of(record), 0))
        .withMessageContaining("cam");
  }

  @Test
  void shouldRefuseAScaleThatIsNotThere() {
    PatchFeatures features = Records.features(2, 2, 2, random(4, 4, 3));

    assertThat(features.range(1)).isEqualTo(new ChannelRange(2, 4));
    assertThatIllegalArgumentException().isThrownBy(() -> features.range(2));
  }
}
