package io.s2stream.viewer.features;

/**
 * A block of channels: one scale's, or all.
 *
 * @param from first channel
 * @param to channel after the last
 */
public record ChannelRange(int from, int to) {
  /** Number that stands for all scales together. */
  public static final int ALL = -1;

  /**
   * @param scale 0 … scales - 1, or {@link #ALL}
   * @throws IllegalArgumentException if there is no such scale
   */
  static ChannelRange of(int channels, int scales, int scale) {
    if (scale < ALL || scale >= scales) {
      throw new IllegalArgumentException(
          "scale " + scale + ": expected 0 to " + (scales - 1) + ", or " + ALL + " for all");
    }
    int width = channels / scales;
    return scale == ALL
        ? new ChannelRange(0, channels)
        : new ChannelRange(scale * width, (scale + 1) * width);
  }

  int length() {
    return to - from;
  }
}
