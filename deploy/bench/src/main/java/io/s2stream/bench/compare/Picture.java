package io.s2stream.bench.compare;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

import io.s2stream.processor.extract.RgbFrame;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.PixelEncoding;

/**
 * The picture that all frames of a comparison show.
 *
 * @param side pixels
 * @param encoding of {@code data}
 */
record Picture(int side, PixelEncoding encoding, ByteBuffer data) {

  /** Noise as raw pixels, always the same. */
  static Picture raw(int side) {
    byte[] pixels = new byte[3 * side * side];
    new Random(side).nextBytes(pixels);
    return new Picture(side, PixelEncoding.RGB24, ByteBuffer.wrap(pixels));
  }

  /** A grainy picture as a JPEG of at most so many bytes, of the best quality that fits. */
  static Picture jpeg(int side, int maxBytes) throws IOException {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_3BYTE_BGR);
    Random grain = new Random(side);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        int level = (int) (110 + 60 * Math.sin(x / 40.0) * Math.cos(y / 25.0)) + grain.nextInt(16);
        image.setRGB(x, y, level << 16 | (255 - level) << 8 | (level + x / 8) & 0xff);
      }
    }
    for (float quality = 0.95f; quality > 0.05f; quality -= 0.05f) {
      byte[] jpeg = jpeg(image, quality);
      if (jpeg.length <= maxBytes) {
        return new Picture(side, PixelEncoding.JPEG, ByteBuffer.wrap(jpeg));
      }
    }
    throw new IOException("no JPEG of " + side + " px fits " + maxBytes + " bytes");
  }

  private static byte[] jpeg(BufferedImage image, float quality) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setCompressionQuality(quality);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), parameters);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** One frame of a stream as ingest sends it. */
  FrameBatch batch(String stream, long index) {
    Frame frame =
        Frame.newBuilder()
            .setIndex(index)
            .setPtsMicros(index * 40_000)
            .setCaptureTimeMicros(System.currentTimeMillis() * 1_000)
            .setDiscontinuity(false)
            .setData(data.duplicate())
            .build();
    return FrameBatch.newBuilder()
        .setStreamId(stream)
        .setFirstFrameIndex(index)
        .setWidth(side)
        .setHeight(side)
        .setEncoding(encoding)
        .setFrames(List.of(frame))
        .setEndOfStream(false)
        .build();
  }

  /** The picture itself, if it is raw. */
  RgbFrame pixels() {
    return new RgbFrame(side, side, data.duplicate());
  }

  int bytes() {
    return data.remaining();
  }
}
