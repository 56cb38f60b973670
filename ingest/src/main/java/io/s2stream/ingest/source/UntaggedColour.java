package io.s2stream.ingest.source;

import org.bytedeco.ffmpeg.global.avutil;

/**
 * Which YUV matrix a video is taken to have that does not say so.
 *
 * <p>Guessing wrong shifts saturated colours by up to some 30 of 255 levels. libswscale by itself
 * always guesses BT.601, which is wrong for nearly all untagged HD material.
 */
public enum UntaggedColour {
  /** BT.709 from 720 lines on, BT.601 below, as players do. */
  AUTO,
  BT601,
  BT709;

  private static final int HD_LINES = 720;

  /** Returns libav's AVCOL_SPC_ value for an untagged picture of this many lines. */
  int colourSpace(int height) {
    return switch (this) {
      case BT601 -> avutil.AVCOL_SPC_SMPTE170M;
      case BT709 -> avutil.AVCOL_SPC_BT709;
      case AUTO -> height >= HD_LINES ? avutil.AVCOL_SPC_BT709 : avutil.AVCOL_SPC_SMPTE170M;
    };
  }
}
