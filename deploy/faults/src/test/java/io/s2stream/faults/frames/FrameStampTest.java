package io.s2stream.faults.frames;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import javax.imageio.ImageIO;

import io.s2stream.processor.extract.RgbFrame;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FrameStampTest {
  private static final FrameStamp STAMP = new FrameStamp(513, 70_001);

  @Test
  void shouldTellTheFrameFromItsFeatures() {
    ByteBuffer features = featuresOf(STAMP.raw());

    assertThat(STAMP.matches(features)).isTrue();
    assertThat(new FrameStamp(513, 70_002).matches(features)).isFalse();
    assertThat(new FrameStamp(512, 70_001).matches(features)).isFalse();
  }

  @Test
  void shouldNoticeAPixelThatChanged() {
    ByteBuffer pixels = STAMP.raw();
    pixels.put(100, (byte) ~pixels.get(100));

    assertThat(STAMP.matches(featuresOf(pixels))).isFalse();
  }

  @Test
  void shouldReadTheStampOfAJpeg() throws Exception {
    ByteBuffer jpeg = STAMP.jpeg();
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(jpeg.array()));
    ByteBuffer pixels = ByteBuffer.allocate(3 * image.getWidth() * image.getHeight());
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int rgb = image.getRGB(x, y);
        pixels.put((byte) (rgb >> 16)).put((byte) (rgb >> 8)).put((byte) rgb);
      }
    }

    assertThat(
            FrameStamp.of(
                new RgbFrame(FrameStamp.JPEG_HEIGHT, FrameStamp.JPEG_WIDTH, pixels.flip())))
        .isEqualTo(STAMP);
  }

  private static ByteBuffer featuresOf(ByteBuffer pixels) {
    ByteBuffer features = ByteBuffer.allocate(64);
    FrameStamp.writeFeatures(
        new RgbFrame(FrameStamp.RAW_SIDE, FrameStamp.RAW_SIDE, pixels), features);
    return features;
  }
}
