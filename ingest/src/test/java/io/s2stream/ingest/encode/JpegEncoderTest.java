package io.s2stream.ingest.encode;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import javax.imageio.ImageIO;

import io.s2stream.ingest.source.ImageSize;
import io.s2stream.ingest.source.ReaderOptions;
import io.s2stream.ingest.source.SourceUri;
import io.s2stream.ingest.source.VideoFrame;
import io.s2stream.ingest.source.VideoReader;
import io.s2stream.schemas.PixelEncoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Decodes with the JDK, as an independent reader of what libav writes. */
class JpegEncoderTest {

  @ParameterizedTest
  @CsvSource({
    // qscale, mean error at most, size as a part of raw at most. The picture is rich in coloured
    // noise: Pillow at quality 97, 95 and 75 loses 1.6, 2.7 and 7.2 levels.
    "1, 1.9, 0.45",
    "2, 3.2, 0.32",
    "8, 8.2, 0.12"
  })
  void shouldLoseLittleWhenDecodedAgain(int qscale, double maxMeanError, double maxPart)
      throws Exception {
    VideoFrame frame = picture(new ImageSize(270, 480));

    byte[] jpeg = encode(frame, qscale);

    assertThat(meanError(decode(jpeg, frame.size()), frame.rgb())).isLessThan(maxMeanError);
    assertThat(jpeg.length).isLessThan((int) (maxPart * frame.rgb().length));
  }

  @Test
  void shouldKeepColoursWhenTheSizeIsOdd() throws Exception {
    ImageSize size = new ImageSize(33, 17);
    byte[] rgb = new byte[size.rgbBytes()];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) 200;
      rgb[i + 1] = 30;
      rgb[i + 2] = 90;
    }

    byte[] decoded = decode(encode(new VideoFrame(0, 0, 0, false, size, rgb), 2), size);

    for (int i = 0; i < rgb.length; i++) {
      assertThat(decoded[i] & 0xff).isBetween((rgb[i] & 0xff) - 3, (rgb[i] & 0xff) + 3);
    }
  }

  @Test
  void shouldWriteTheSameBytesWhenGivenTheSameFrameAgain() throws Exception {
    VideoFrame frame = picture(new ImageSize(64, 64));
    try (JpegEncoder encoder = new JpegEncoder(frame.size(), 2)) {
      assertThat(encoder.encoding()).isEqualTo(PixelEncoding.JPEG);
      assertThat(encoder.encode(frame)).isEqualTo(encoder.encode(frame));
    }
  }

  @Test
  void shouldRefuseUseAfterCloseAndCloseTwice() {
    ImageSize size = new ImageSize(16, 16);
    JpegEncoder encoder = new JpegEncoder(size, 2);

    encoder.close();
    encoder.close();

    VideoFrame frame = new VideoFrame(0, 0, 0, false, size, new byte[size.rgbBytes()]);
    assertThatThrownBy(() -> encoder.encode(frame)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldRefuseAnotherSize() {
    try (JpegEncoder encoder = new JpegEncoder(new ImageSize(64, 64), 2)) {
      VideoFrame other = new VideoFrame(0, 0, 0, false, new ImageSize(1, 1), new byte[3]);

      assertThatThrownBy(() -> encoder.encode(other)).hasMessageContaining("expected");
    }
  }

  private static VideoFrame picture(ImageSize size) throws Exception {
    Path file =
        Path.of(
            Objects.requireNonNull(
                    VideoReader.class.getResource("picture-480x270.png"), "test picture")
                .toURI());
    try (VideoReader reader =
        VideoReader.open(new SourceUri(file.toString()), ReaderOptions.of(size, 1))) {
      return Objects.requireNonNull(reader.next());
    }
  }

  private static byte[] encode(VideoFrame frame, int qscale) {
    try (JpegEncoder encoder = new JpegEncoder(frame.size(), qscale)) {
      ByteBuffer buffer = encoder.encode(frame);
      byte[] jpeg = new byte[buffer.remaining()];
      buffer.get(jpeg);
      return jpeg;
    }
  }

  private static byte[] decode(byte[] jpeg, ImageSize size) throws IOException {
    var image = ImageIO.read(new ByteArrayInputStream(jpeg));
    assertThat(image.getWidth()).isEqualTo(size.width());
    assertThat(image.getHeight()).isEqualTo(size.height());
    byte[] rgb = new byte[size.rgbBytes()];
    for (int i = 0; i < size.width() * size.height(); i++) {
      int value = image.getRGB(i % size.width(), i / size.width());
      rgb[3 * i] = (byte) (value >> 16);
      rgb[3 * i + 1] = (byte) (value >> 8);
      rgb[3 * i + 2] = (byte) value;
    }
    return rgb;
  }

  private static double meanError(byte[] actual, byte[] expected) {
    long sum = 0;
    for (int i = 0; i < expected.length; i++) {
      sum += Math.abs((actual[i] & 0xff) - (expected[i] & 0xff));
    }
    return (double) sum / expected.length;
  }
}
