package io.s2stream.ingest.source;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

import io.s2stream.ingest.synthetic.SyntheticClip;
import io.s2stream.ingest.synthetic.SyntheticClip.ColourTags;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Patches of known light in PQ and HLG, against the standards' formulas. */
class HdrTest {

  private static final double REFERENCE_WHITE = 203;
  private static final double PEAK = 1000;

  /** Light in cd/m² of BT.2020's R, G, B: greys up to the peak, then colours inside BT.709. */
  private static final double[][] PATCHES = {
    {0, 0, 0},
    {2, 2, 2},
    {20, 20, 20},
    {60, 60, 60},
    {203, 203, 203},
    {600, 600, 600},
    {1000, 1000, 1000},
    {40, 30, 30},
    {100, 150, 110},
    {60, 60, 90},
    {400, 300, 250}
  };

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(names = {"PQ", "HLG"})
  void shouldMapLightToSrgb(ColourTags tags) throws Exception {
    Path file = folder.resolve("hdr.mkv");
    clip(tags).write(file);

    VideoFrame frame =
        Frames.read(file, ReaderOptions.of(new ImageSize(64, 32 * PATCHES.length), 5)).get(0);

    for (int patch = 0; patch < PATCHES.length; patch++) {
      int[] actual = Frames.pixel(frame, 32, 32 * patch + 16);
      double[] expected = expected(PATCHES[patch]);
      for (int channel = 0; channel < 3; channel++) {
        assertThat((double) actual[channel])
            .as("channel %d of patch %d", channel, patch)
            .isBetween(255 * expected[channel] - 3, 255 * expected[channel] + 3);
      }
    }
  }

  private static double[] expected(double[] light) {
    double[] relative = new double[3];
    for (int i = 0; i < 3; i++) {
      relative[i] = light[i] / REFERENCE_WHITE;
    }
    double[] rgb = Standards.bt2020ToBt709(relative);
    double brightest = Math.max(1e-6, Math.max(rgb[0], Math.max(rgb[1], rgb[2])));
    double scale = Standards.mobius(brightest, 0.3, PEAK / REFERENCE_WHITE) / brightest;
    for (int i = 0; i < 3; i++) {
      rgb[i] = Standards.srgb(Math.max(0, Math.min(1, rgb[i] * scale)));
    }
    return rgb;
  }

  private static SyntheticClip clip(ColourTags tags) {
    StringBuilder scene = new StringBuilder();
    StringBuilder labels = new StringBuilder();
    for (int patch = 0; patch < PATCHES.length; patch++) {
      double[] light = PATCHES[patch];
      double[] signal =
          tags == ColourTags.HLG
              ? Standards.hlg(light)
              : new double[] {
                Standards.pq(light[0]), Standards.pq(light[1]), Standards.pq(light[2])
              };
      int[] yuv = Standards.yuv(signal, 2020, false, 10);
      scene.append(
          String.format(
              Locale.ROOT,
              "color=size=32x64:rate=5,format=yuv444p10le,lutyuv=y=%d:u=%d:v=%d[p%d];",
              yuv[0],
              yuv[1],
              yuv[2],
              patch));
      labels.append("[p").append(patch).append(']');
    }
    scene.append(labels).append("hstack=inputs=").append(PATCHES.length);
    return SyntheticClip.of(32 * PATCHES.length, 64, 5, Duration.ofMillis(400))
        .withScene(scene.toString())
        .withEncoder("ffv1", "yuv444p10le")
        .withColourTags(tags);
  }
}
