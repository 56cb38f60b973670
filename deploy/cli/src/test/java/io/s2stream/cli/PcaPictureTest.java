package io.s2stream.cli;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class PcaPictureTest {
  private static final int CHANNELS = 5;

  @TempDir private Path dir;

  @Test
  void shouldFindTheDirectionsOfLargestSpreadInOrder() {
    Random random = new Random(7);
    float[][] vectors = new float[500][CHANNELS];
    for (float[] vector : vectors) {
      vector[3] = (float) (100 + 9 * random.nextGaussian());
      vector[1] = (float) (3 * random.nextGaussian());
      vector[4] = (float) random.nextGaussian();
    }

    PrincipalAxes axes = PrincipalAxes.of(vectors, 3);

    float[] mean = {0, 0, 0, 100, 0};
    assertThat(axes.along(mean, 0)).isCloseTo(0, within(1.5));
    int[] spread = {3, 1, 4};
    for (int k = 0; k < 3; k++) {
      float[] moved = mean.clone();
      moved[spread[k]] += 1;
      double step = Math.abs(axes.along(moved, k) - axes.along(mean, k));
      assertThat(step).as("axis " + k).isCloseTo(1, within(0.02));
    }
  }

  @Test
  void shouldPaintWhatDiffersInOtherColoursAndKeepThem() throws Exception {
    Path file = dir.resolve("pca.png");
    PcaPicture picture = new PcaPicture(file);

    picture.draw(record(1, 1, -1, -1));
    BufferedImage first = ImageIO.read(file.toFile());
    picture.draw(record(-1, -1, 1, 1));
    BufferedImage swapped = ImageIO.read(file.toFile());

    assertThat(first.getWidth()).isEqualTo(32);
    assertThat(first.getHeight()).isEqualTo(32);
    int top = new Color(first.getRGB(20, 5)).getRed();
    int bottom = new Color(first.getRGB(20, 25)).getRed();
    assertThat(Math.abs(top - bottom)).isEqualTo(255);
    assertThat(new Color(swapped.getRGB(20, 5)).getRed()).isEqualTo(bottom);
    assertThat(new Color(swapped.getRGB(20, 25)).getRed()).isEqualTo(top);
  }

  /** A class token and 2 x 2 patches that differ in channel 2. */
  private static FeatureRecord record(float... levels) {
    ByteBuffer data = ByteBuffer.allocate(5 * CHANNELS * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int patch = 0; patch < 4; patch++) {
      data.putFloat(((1 + patch) * CHANNELS + 2) * 4, levels[patch]);
    }
    return FeatureRecord.newBuilder()
        .setStreamId("a")
        .setFirstFrameIndex(0)
        .setFrames(List.of(new FrameInfo(0L, 0L, 0L, false)))
        .setShape(List.of(1, 5, CHANNELS))
        .setGrid(List.of(2, 2))
        .setPrefixTokens(1)
        .setDtype(TensorType.FLOAT32)
        .setImageSizes(List.of())
        .setTower("t")
        .setTowerSha256("")
        .setProcessorVersion("")
        .setData(data)
        .build();
  }
}
