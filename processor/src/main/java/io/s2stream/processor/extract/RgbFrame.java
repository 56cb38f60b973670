package io.s2stream.processor.extract;

import java.nio.ByteBuffer;

/**
 * One decoded frame: packed RGB24, row by row, no padding between rows.
 *
 * @param height pixels, at least 1
 * @param width pixels, at least 1
 * @param pixels heap or direct; {@code remaining()} is exactly {@code 3 * height * width}. Readers
 *     leave its position alone
 */
public record RgbFrame(int height, int width, ByteBuffer pixels) {
  public RgbFrame {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "a frame needs at least one pixel, got " + height + "x" + width + " (h x w)");
    }
    if (pixels.remaining() != 3L * height * width) {
      throw new IllegalArgumentException(
          "an RGB24 frame of "
              + height
              + "x"
              + width
              + " (h x w) has "
              + 3L * height * width
              + " bytes, the buffer holds "
              + pixels.remaining());
    }
  }
}
