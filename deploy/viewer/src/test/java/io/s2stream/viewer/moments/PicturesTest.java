package io.s2stream.viewer.moments;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import javax.imageio.ImageIO;

import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.PixelEncoding;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PicturesTest {
  private static final int FAR = 24; // what a JPEG may do to a colour

  /** Orange on the left, blue on the right; its bytes begin somewhere in a buffer. */
  private static FrameBatch batch(int height, int width) {
    ByteBuffer rgb = ByteBuffer.allocate(5 + 3 * height * width).position(5);
    for (int i = 0; i < height * width; i++) {
      boolean left = i % width < width / 2;
      rgb.put((byte) (left ? 230 : 20)).put((byte) (left ? 120 : 40)).put((byte) (left ? 10 : 220));
    }
    Frame frame = new Frame(0L, 0L, 0L, false, rgb.position(5).asReadOnlyBuffer());
    return new FrameBatch("cam", 0L, width, height, PixelEncoding.RGB24, List.of(frame), false);
  }

  private static BufferedImage shown(FrameBatch batch, int maxSide) throws Exception {
    byte[] jpeg = Objects.requireNonNull(Pictures.jpeg(batch, 0, maxSide));
    return ImageIO.read(new ByteArrayInputStream(jpeg));
  }

  private static void assertColour(
      BufferedImage image, int x, int y, int red, int green, int blue) {
    Color found = new Color(image.getRGB(x, y));
    assertThat(Math.abs(found.getRed() - red)).as("red of %s", found).isLessThan(FAR);
    assertThat(Math.abs(found.getGreen() - green)).as("green of %s", found).isLessThan(FAR);
    assertThat(Math.abs(found.getBlue() - blue)).as("blue of %s", found).isLessThan(FAR);
  }

  @Test
  void shouldMakeAFrameSmallerByAWholeFactorAndKeepItsColours() throws Exception {
    for (int factor = 1; factor <= 9; factor++) {
      int width = 64 * factor + factor / 2; // the rest of a division is left out

      BufferedImage image = shown(batch(32 * factor, width), width / factor);

      assertThat(image.getHeight()).isLessThanOrEqualTo(32);
      assertColour(image, 5, 5, 230, 120, 10);
      assertColour(image, image.getWidth() - 5, image.getHeight() - 2, 20, 40, 220);
    }
  }

  @Test
  void shouldKeepTheSizeWhereItFits() throws Exception {
    BufferedImage image = shown(batch(30, 50), 256);

    assertThat(image.getWidth()).isEqualTo(50);
    assertThat(image.getHeight()).isEqualTo(30);
  }

  @Test
  void shouldShowNothingOfAFrameWhoseBytesAreNotItsSize() {
    FrameBatch batch = batch(30, 50);
    batch.setWidth(51);

    assertThat(Pictures.jpeg(batch, 0, 256)).isNull();
    assertThat(Pictures.jpeg(batch, 1, 256)).isNull();
  }
}
