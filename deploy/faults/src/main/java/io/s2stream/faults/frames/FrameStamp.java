package io.s2stream.faults.frames;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.imageio.ImageIO;

import io.s2stream.processor.extract.RgbFrame;

/**
 * Says in the pixels of a frame which frame of which stream it is, so that the features made of it
 * can be told from those of every other frame.
 *
 * <p>Raw frames of {@link #RAW_SIDE}² pixels are fully determined by stream and index. JPEG frames
 * of {@link #JPEG_WIDTH} x {@link #JPEG_HEIGHT} hold one bit per black or white block of 8 x 8
 * pixels, which the compression leaves intact.
 *
 * @param stream number of the stream, 0 to 65,535
 * @param index of the frame in its stream, below 2³² for JPEG
 */
public record FrameStamp(int stream, long index) {
  public static final int RAW_SIDE = 8;
  public static final int JPEG_WIDTH = 64;
  public static final int JPEG_HEIGHT = 48;

  private static final int RAW_BYTES = 3 * RAW_SIDE * RAW_SIDE;
  private static final int BLOCK = 8;
  private static final int INDEX_BITS = 32;

  /** The frame as RGB24. */
  public ByteBuffer raw() {
    ByteBuffer pixels = ByteBuffer.allocate(RAW_BYTES);
    pixels.putLong(stream).putLong(index);
    for (int word = 2; pixels.hasRemaining(); word++) {
      pixels.putLong(noise(word));
    }
    return pixels.flip();
  }

  /** The frame as a JPEG. */
  public ByteBuffer jpeg() {
    BufferedImage image = new BufferedImage(JPEG_WIDTH, JPEG_HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
    long bits = (long) stream << INDEX_BITS | index;
    for (int y = 0; y < JPEG_HEIGHT; y++) {
      for (int x = 0; x < JPEG_WIDTH; x++) {
        boolean white = (bits >>> block(x, y) & 1) == 1;
        image.setRGB(x, y, white ? 0xFFFFFF : 0);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "jpeg", out);
    } catch (IOException e) {
      throw new UncheckedIOException("memory can't be written to", e);
    }
    return ByteBuffer.wrap(out.toByteArray());
  }

  /** Reads the stamp of a frame of either form. */
  public static FrameStamp of(RgbFrame frame) {
    ByteBuffer pixels = frame.pixels();
    int start = pixels.position();
    if (frame.width() == RAW_SIDE) {
      return new FrameStamp((int) pixels.getLong(start), pixels.getLong(start + Long.BYTES));
    }
    long bits = 0;
    for (int y = BLOCK / 2; y < JPEG_HEIGHT; y += BLOCK) {
      for (int x = BLOCK / 2; x < JPEG_WIDTH; x += BLOCK) {
        boolean white = pixels.get(start + 3 * (y * JPEG_WIDTH + x)) < 0; // 128 to 255, unsigned
        bits |= (white ? 1L : 0L) << block(x, y);
      }
    }
    return new FrameStamp((int) (bits >>> INDEX_BITS), bits & 0xFFFF_FFFFL);
  }

  /**
   * Writes the features of a frame: stream, index, and words that follow from them and from the
   * pixels.
   *
   * @param out any number of whole words of 8 bytes; its position is left alone
   */
  public static void writeFeatures(RgbFrame frame, ByteBuffer out) {
    FrameStamp stamp = of(frame);
    boolean sound = frame.width() != RAW_SIDE || frame.pixels().equals(stamp.raw());
    stamp.write(out.duplicate().order(ByteOrder.LITTLE_ENDIAN), sound);
  }

  /** Whether these are the features that {@link #writeFeatures} makes of this frame. */
  public boolean matches(ByteBuffer features) {
    ByteBuffer expected = ByteBuffer.allocate(features.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    write(expected, true);
    return features.equals(expected.flip());
  }

  private void write(ByteBuffer out, boolean sound) {
    out.putLong(stream).putLong(index);
    for (int word = 2; out.remaining() >= Long.BYTES; word++) {
      out.putLong(sound ? noise(word) : ~noise(word));
    }
  }

  private static int block(int x, int y) {
    return y / BLOCK * (JPEG_WIDTH / BLOCK) + x / BLOCK;
  }

  /** The finaliser of SplitMix64 over stream, index and place: equal only by rare chance. */
  private long noise(int word) {
    long z = (index * 65_537 + stream) * 0x9E3779B97F4A7C15L + word;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
