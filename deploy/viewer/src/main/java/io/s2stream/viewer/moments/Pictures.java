package io.s2stream.viewer.moments;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.spi.ImageWriterSpi;
import javax.imageio.stream.MemoryCacheImageOutputStream;

import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import org.jspecify.annotations.Nullable;

/** Makes JPEGs of frames, for browsers. Stateless and thread-safe. */
public final class Pictures {
  /** Longest side of a small picture, in pixels; frames that are JPEGs stay as they are. */
  public static final int SMALL = 256;

  private static final int MAX_PIXELS = 1 << 26;
  private static final float QUALITY = 0.85f;

  /** Looked up once, as that takes a part of the time of a small picture. */
  private static final ImageWriterSpi WRITERS =
      ImageIO.getImageWritersByFormatName("jpeg").next().getOriginatingProvider();

  private Pictures() {}

  /**
   * A JPEG of one frame of a batch.
   *
   * @param maxSide raw frames are made smaller by a whole factor until they fit; JPEGs are not
   *     touched
   * @return null if the batch has no such frame, or one that can't be shown
   */
  public static byte @Nullable [] jpeg(FrameBatch batch, int frame, int maxSide) {
    if (frame < 0 || frame >= batch.getFrames().size()) {
      return null;
    }
    Frame found = batch.getFrames().get(frame);
    ByteBuffer data = found.getData().duplicate();
    return switch (batch.getEncoding()) {
      case JPEG -> copy(data);
      case RGB24 -> ofRgb(data, batch.getHeight(), batch.getWidth(), maxSide);
      case UNKNOWN -> null;
    };
  }

  private static byte[] copy(ByteBuffer data) {
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    return bytes;
  }

  private static byte @Nullable [] ofRgb(ByteBuffer rgb, int height, int width, int maxSide) {
    if (height < 1
        || width < 1
        || (long) height * width > MAX_PIXELS
        || rgb.remaining() != 3L * height * width) {
      return null;
    }
    int wanted = (Math.max(height, width) + maxSide - 1) / maxSide;
    int factor = Math.max(1, Math.min(wanted, Math.min(height, width)));
    return encode(shrink(rgb, height, width, factor));
  }

  /**
   * Each pixel is the mean of two out of the factor * factor ones it stands for, however many those
   * are: on the diagonal, at a quarter and three quarters. Enough for a small picture, and half the
   * time of four.
   */
  private static BufferedImage shrink(ByteBuffer rgb, int height, int width, int factor) {
    int rows = height / factor;
    int columns = width / factor;
    byte[] pixels = new byte[3 * rows * columns];
    ByteBuffer from = rgb.slice().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer to = ByteBuffer.wrap(pixels).order(ByteOrder.LITTLE_ENDIAN);
    int upper = factor / 4;
    int lower = factor - 1 - upper;
    for (int row = 0; row < rows; row++) {
      shrinkRow(
          from,
          3 * ((row * factor + upper) * width + upper),
          3 * ((row * factor + lower) * width + lower),
          3 * factor,
          to,
          3 * row * columns,
          columns);
    }
    return rgbImage(pixels, rows, columns);
  }

  /**
   * Takes four bytes at once, of which the fourth is of the next pixel, and is written once more by
   * that one; so the last pixel is made of its bytes.
   */
  private static void shrinkRow(
      ByteBuffer from, int one, int other, int step, ByteBuffer to, int start, int columns) {
    int at = start;
    int a = one;
    int b = other;
    for (int column = 1; column < columns; column++) {
      int p = from.getInt(a);
      int q = from.getInt(b);
      to.putInt(at, (p | q) - ((p ^ q) >>> 1 & 0x7f7f7f7f)); // the mean of each byte
      a += step;
      b += step;
      at += 3;
    }
    for (int colour = 0; colour < 3; colour++) {
      to.put(at + colour, mean(from.get(a + colour), from.get(b + colour)));
    }
  }

  private static byte mean(byte a, byte b) {
    return (byte) ((a & 0xff) + (b & 0xff) + 1 >> 1);
  }

  /**
   * Pixels in the order red, green, blue, as frames have them and libjpeg wants them; of other
   * orders ImageIO copies byte by byte.
   */
  private static BufferedImage rgbImage(byte[] rgb, int height, int width) {
    ColorModel colours =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB),
            false,
            false,
            Transparency.OPAQUE,
            DataBuffer.TYPE_BYTE);
    WritableRaster pixels =
        Raster.createInterleavedRaster(
            new DataBufferByte(rgb, rgb.length),
            width,
            height,
            3 * width,
            3,
            new int[] {0, 1, 2},
            null);
    return new BufferedImage(colours, pixels, false, null);
  }

  private static ImageWriter writer() {
    try {
      return WRITERS.createWriterInstance();
    } catch (IOException e) {
      throw new IllegalStateException("Java's own JPEG writer can always be made", e);
    }
  }

  private static byte[] encode(BufferedImage image) {
    ImageWriter writer = writer();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(32 << 10);
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam options = writer.getDefaultWriteParam();
      options.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      options.setCompressionQuality(QUALITY);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), options);
    } catch (IOException e) {
      throw new IllegalStateException("a JPEG in memory can always be written", e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
