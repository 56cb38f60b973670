package io.s2stream.processor.decode;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;

import io.s2stream.processor.extract.RgbFrame;
import io.s2stream.processor.fault.FaultReason;
import io.s2stream.processor.fault.FrameFaultException;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.PixelEncoding;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FrameDecoderTest {
  private final FrameDecoder decoder = new FrameDecoder(1_000_000);

  @Test
  void shouldViewRawFramesWithoutCopying() {
    // given
    byte[] pixels = new byte[2 * 3 * 3];
    FrameBatch batch = batch(PixelEncoding.RGB24, 3, 2, pixels);

    // when
    RgbFrame frame = decoder.decode(batch).get(0);
    pixels[4] = 42;

    // then
    assertThat(frame.height()).isEqualTo(2);
    assertThat(frame.width()).isEqualTo(3);
    assertThat(frame.pixels().get(4)).isEqualTo((byte) 42);
  }

  @Test
  void shouldDecodeJpegToRgbOfTheSameColours() throws Exception {
    // given a picture whose left half is orange and whose right half is blue
    byte[] jpeg = jpeg(64, 32, new Color(250, 140, 20), new Color(10, 40, 220));

    // when
    ByteBuffer rgb = decoder.decode(batch(PixelEncoding.JPEG, 64, 32, jpeg)).get(0).pixels();

    // then
    assertPixel(rgb, 64, 8, 8, 250, 140, 20);
    assertPixel(rgb, 64, 56, 24, 10, 40, 220);
  }

  @Test
  void shouldDecodeGreyJpeg() throws Exception {
    // given
    BufferedImage grey = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
    byte[] jpeg = encode(grey);

    // when
    ByteBuffer rgb = decoder.decode(batch(PixelEncoding.JPEG, 16, 16, jpeg)).get(0).pixels();

    // then
    assertPixel(rgb, 16, 5, 5, 0, 0, 0);
    assertThat(rgb.remaining()).isEqualTo(3 * 16 * 16);
  }

  @Test
  void shouldRefuseRawBytesThatDontFitTheSize() {
    assertFault(
        batch(PixelEncoding.RGB24, 4, 4, new byte[47]),
        FaultReason.SIZE_MISMATCH,
        "48 bytes",
        "found 47");
  }

  @Test
  void shouldRefuseAJpegOfAnotherSizeThanTheBatchSays() throws Exception {
    byte[] jpeg = jpeg(64, 32, Color.RED, Color.RED);
    assertFault(
        batch(PixelEncoding.JPEG, 32, 32, jpeg),
        FaultReason.SIZE_MISMATCH,
        "the batch says 32x32",
        "JPEG is 64x32");
  }

  @Test
  void shouldRefuseEveryTruncationOfAJpeg() throws Exception {
    byte[] jpeg = jpeg(64, 32, Color.ORANGE, Color.BLUE);
    // The last two bytes are the end marker, which carries no pixels.
    for (int length = 0; length < jpeg.length - 2; length += 7) {
      assertFault(
          batch(PixelEncoding.JPEG, 64, 32, Arrays.copyOf(jpeg, length)),
          FaultReason.DAMAGED_FRAME,
          "JPEG");
    }
  }

  @Test
  void shouldRefuseAbsurdSizesBeforeAllocating() {
    assertFault(
        batch(PixelEncoding.RGB24, Integer.MAX_VALUE, Integer.MAX_VALUE, new byte[0]),
        FaultReason.BAD_DIMENSIONS,
        "1000000 pixels");
    assertFault(
        batch(PixelEncoding.JPEG, 0, 10, new byte[0]),
        FaultReason.BAD_DIMENSIONS,
        "frame size 0x10");
    assertFault(
        batch(PixelEncoding.RGB24, -5, 10, new byte[0]),
        FaultReason.BAD_DIMENSIONS,
        "frame size -5x10");
  }

  @Test
  void shouldRefuseAnEncodingOfALaterVersion() {
    assertFault(
        batch(PixelEncoding.UNKNOWN, 4, 4, new byte[48]),
        FaultReason.UNKNOWN_ENCODING,
        "encoding is not known");
  }

  private void assertFault(FrameBatch batch, FaultReason reason, String... parts) {
    assertThatThrownBy(() -> decoder.decode(batch))
        .isInstanceOfSatisfying(
            FrameFaultException.class, fault -> assertThat(fault.reason()).isEqualTo(reason))
        .message()
        .contains(parts);
  }

  private static void assertPixel(
      ByteBuffer rgb, int width, int x, int y, int red, int green, int blue) {
    int at = rgb.position() + 3 * (y * width + x);
    assertThat(rgb.get(at) & 0xff).isBetween(red - 4, red + 4);
    assertThat(rgb.get(at + 1) & 0xff).isBetween(green - 4, green + 4);
    assertThat(rgb.get(at + 2) & 0xff).isBetween(blue - 4, blue + 4);
  }

  private static FrameBatch batch(PixelEncoding encoding, int width, int height, byte[] data) {
    Frame frame = new Frame(5L, 0L, 0L, false, ByteBuffer.wrap(data));
    return new FrameBatch("cam", 5L, width, height, encoding, List.of(frame), false);
  }

  private static byte[] jpeg(int width, int height, Color left, Color right) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(left);
    graphics.fillRect(0, 0, width / 2, height);
    graphics.setColor(right);
    graphics.fillRect(width / 2, 0, width / 2, height);
    graphics.dispose();
    return encode(image);
  }

  private static byte[] encode(BufferedImage image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, "jpeg", out)).isTrue();
    return out.toByteArray();
  }
}
