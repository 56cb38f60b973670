package io.s2stream.ingest.source;

import org.bytedeco.ffmpeg.global.avutil;

/**
 * Which YUV matrix a video is taken to have that does not say so.
 *
 * <p>Guessing wrong shifts saturated colours by up to some 30 of 255 levels. libswscale by itself
 * always guesses BT.601, which is wrong for nearly all untagged HD material.
 */
public enum UntaggedColour {
  /** BT.709 from 1280 pixels wide or above 576 lines on, BT.601 for less, as players do. */
  AUTO,
  BT601,
  BT709;

  private static final int HD_WIDTH = 1280;
  private static final int SD_LINES = 576;

  /** Returns libav's AVCOL_SPC_ value for an untagged picture of this size. */
  int colourSpace(int width, int height) {
    boolean hd = this == BT709 || (this == AUTO && (width >= HD_WIDTH || height > SD_LINES));
    return hd ? avutil.AVCOL_SPC_BT709 : avutil.AVCOL_SPC_SMPTE170M;
  }
}
