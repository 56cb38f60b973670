package io.s2stream.viewer.moments;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
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
    BufferedImage image =
        new BufferedImage(width / factor, height / factor, BufferedImage.TYPE_3BYTE_BGR);
    shrink(copy(rgb), width, factor, image);
    return encode(image);
  }

  /** Each pixel is the mean of factor * factor ones. */
  private static void shrink(byte[] rgb, int width, int factor, BufferedImage to) {
    byte[] bgr = ((DataBufferByte) to.getRaster().getDataBuffer()).getData();
    for (int y = 0; y < to.getHeight(); y++) {
      shrinkRow(
          rgb,
          y * factor * 3 * width,
          3 * width,
          factor,
          bgr,
          y * 3 * to.getWidth(),
          to.getWidth());
    }
  }

  /**
   * A method of its own, which Java compiles well; as part of the loop above it took a quarter of
   * all time.
   */
  private static void shrinkRow(
      byte[] rgb, int from, int stride, int factor, byte[] bgr, int out, int count) {
    int area = factor * factor;
    for (int x = 0; x < count; x++) {
      int red = area / 2;
      int green = area / 2;
      int blue = area / 2;
      int corner = from + 3 * x * factor;
      for (int dy = 0; dy < factor; dy++, corner += stride) {
        for (int at = corner; at < corner + 3 * factor; at += 3) {
          red += rgb[at] & 0xff;
          green += rgb[at + 1] & 0xff;
          blue += rgb[at + 2] & 0xff;
        }
      }
      bgr[out + 3 * x] = (byte) (blue / area);
      bgr[out + 3 * x + 1] = (byte) (green / area);
      bgr[out + 3 * x + 2] = (byte) (red / area);
    }
  }

  private static byte[] encode(BufferedImage image) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
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
