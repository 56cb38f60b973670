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
    BufferedImage image = rgbImage(height / factor, width / factor);
    byte[] to = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    byte[] upper = new byte[3 * width];
    byte[] lower = new byte[3 * width];
    int first = factor / 4;
    int second = factor - 1 - first;
    for (int y = 0; y < image.getHeight(); y++) {
      rgb.get(rgb.position() + (y * factor + first) * upper.length, upper);
      rgb.get(rgb.position() + (y * factor + second) * lower.length, lower);
      shrinkRow(upper, lower, first, second, factor, to, y * 3 * image.getWidth());
    }
    return image;
  }

  /** A method of its own, which Java compiles better than loops within loops. */
  private static void shrinkRow(
      byte[] upper, byte[] lower, int first, int second, int factor, byte[] to, int out) {
    int end = out + upper.length / 3 / factor * 3;
    int left = 3 * first;
    int right = 3 * second;
    for (int at = out; at < end; at += 3) {
      to[at] = mean(upper[left], lower[right]);
      to[at + 1] = mean(upper[left + 1], lower[right + 1]);
      to[at + 2] = mean(upper[left + 2], lower[right + 2]);
      left += 3 * factor;
      right += 3 * factor;
    }
  }

  private static byte mean(byte a, byte b) {
    return (byte) ((a & 0xff) + (b & 0xff) + 1 >> 1);
  }

  /**
   * Pixels in the order red, green, blue, as frames have them and libjpeg wants them; of other
   * orders ImageIO copies byte by byte.
   */
  private static BufferedImage rgbImage(int height, int width) {
    ColorModel colours =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB),
            false,
            false,
            Transparency.OPAQUE,
            DataBuffer.TYPE_BYTE);
    WritableRaster pixels =
        Raster.createInterleavedRaster(
            DataBuffer.TYPE_BYTE, width, height, 3 * width, 3, new int[] {0, 1, 2}, null);
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
