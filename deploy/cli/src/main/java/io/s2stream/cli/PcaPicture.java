package io.s2stream.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

import io.s2stream.cli.files.OutputFile;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.tensor.FeatureTensor;
import org.jspecify.annotations.Nullable;

/**
 * Shows the patch grid of records as a picture: red, green and blue are the first three principal
 * components of the patches. The axes are those of the first record, and so are black and white, so
 * that colours keep their meaning. One thread at a time.
 */
final class PcaPicture {
  private static final int COLOURS = 3;

  /** Side of a patch in the picture, in pixels. */
  private static final int PATCH_PIXELS = 16;

  private final Path file;
  private @Nullable PrincipalAxes axes;
  private final double[] black = new double[COLOURS];
  private final double[] white = new double[COLOURS];

  /**
   * @param file a PNG, written anew with each record
   */
  PcaPicture(Path file) {
    this.file = file;
  }

  /**
   * Whether a record can be drawn.
   *
   * @throws IllegalArgumentException if not: it contradicts itself
   */
  static void check(FeatureRecord record) {
    List<Integer> grid = record.getGrid();
    if (grid.size() != 2
        || grid.get(0) < 1
        || grid.get(1) < 1
        || record.getPrefixTokens() < 0
        || record.getPrefixTokens() + (long) grid.get(0) * grid.get(1)
            != FeatureTensor.of(record).tokens()) {
      throw FeatureTensor.invalid(
          record,
          "its tokens are not %d prefix tokens and a grid of %s"
              .formatted(record.getPrefixTokens(), grid));
    }
  }

  /**
   * Draws the first frame of a record.
   *
   * @param record with at least one frame
   * @throws IllegalArgumentException as {@link #check}
   */
  void draw(FeatureRecord record) throws IOException {
    float[][] patches = patches(record);
    PrincipalAxes current = axes;
    if (current == null || current.channels() != patches[0].length) {
      current = PrincipalAxes.of(patches, COLOURS);
      stretch(patches, current);
      axes = current;
    }
    int width = record.getGrid().get(1);
    int height = record.getGrid().get(0);
    BufferedImage image =
        new BufferedImage(width * PATCH_PIXELS, height * PATCH_PIXELS, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        image.setRGB(x, y, colour(patches[y / PATCH_PIXELS * width + x / PATCH_PIXELS], current));
      }
    }
    new OutputFile(file)
        .write(channel -> ImageIO.write(image, "png", Channels.newOutputStream(channel)));
  }

  private void stretch(float[][] patches, PrincipalAxes of) {
    for (int k = 0; k < COLOURS; k++) {
      black[k] = Double.POSITIVE_INFINITY;
      white[k] = Double.NEGATIVE_INFINITY;
      for (float[] patch : patches) {
        black[k] = Math.min(black[k], of.along(patch, k));
        white[k] = Math.max(white[k], of.along(patch, k));
      }
    }
  }

  private int colour(float[] patch, PrincipalAxes of) {
    int rgb = 0;
    for (int k = 0; k < COLOURS; k++) {
      double range = Math.max(white[k] - black[k], 1e-30);
      double level = (of.along(patch, k) - black[k]) / range;
      rgb = rgb << 8 | (int) Math.round(255 * Math.min(1, Math.max(0, level)));
    }
    return rgb;
  }

  /** {@code [h * w][C]} of the first frame. */
  private static float[][] patches(FeatureRecord record) {
    check(record);
    FeatureTensor tensor = FeatureTensor.of(record);
    float[][] patches = new float[tensor.tokens() - record.getPrefixTokens()][tensor.channels()];
    for (int i = 0; i < patches.length; i++) {
      tensor.token(0, record.getPrefixTokens() + i).copyTo(patches[i], 0);
    }
    return patches;
  }
}
