package io.s2stream.processor.extract;

import java.util.List;
import java.util.Locale;

import io.s2stream.schemas.TensorType;
import io.s2stream.schemas.tensor.FeatureTensor;

/**
 * What the features of frames of a given size look like.
 *
 * @param tokens N, prefix tokens included
 * @param channels C, all scales together
 * @param gridHeight rows of the patch grid
 * @param gridWidth columns of the patch grid
 * @param prefixTokens class or register tokens before the grid; {@code tokens = prefixTokens +
 *     gridHeight * gridWidth}
 * @param dtype element type on the wire, little endian
 * @param imageSizes the sizes the frame is resized to, one {@code [h, w]} per scale
 * @param pool what was pooled already in tokens and grid, and of how many frames one entry of the
 *     first axis is the mean
 */
public record FeatureLayout(
    int tokens,
    int channels,
    int gridHeight,
    int gridWidth,
    int prefixTokens,
    TensorType dtype,
    List<int[]> imageSizes,
    PoolConfig pool) {

  /** Of an array, on every JVM. */
  private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

  /** Without pooling. */
  public FeatureLayout(
      int tokens,
      int channels,
      int gridHeight,
      int gridWidth,
      int prefixTokens,
      TensorType dtype,
      List<int[]> imageSizes) {
    this(tokens, channels, gridHeight, gridWidth, prefixTokens, dtype, imageSizes, PoolConfig.NONE);
  }

  public FeatureLayout {
    imageSizes = List.copyOf(imageSizes);
    if (tokens != prefixTokens + gridHeight * gridWidth) {
      throw new IllegalArgumentException(
          tokens
              + " tokens are not "
              + prefixTokens
              + " prefix tokens + "
              + gridHeight
              + "x"
              + gridWidth);
    }
    long bytes = bytesPerFrame(tokens, channels, dtype);
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "its features would be %d tokens of %d channels in %s, %d bytes: more than 2 GiB"
              .formatted(tokens, channels, dtype.name().toLowerCase(Locale.ROOT), bytes));
    }
  }

  private static long bytesPerFrame(int tokens, int channels, TensorType dtype) {
    return (long) tokens * channels * FeatureTensor.bytesPerElement(dtype)
        + scaleBytesPerFrame(tokens, dtype);
  }

  private static long scaleBytesPerFrame(int tokens, TensorType dtype) {
    return dtype == TensorType.INT8 ? (long) tokens * Float.BYTES : 0;
  }

  /**
   * Size in bytes of the {@code [N, C]} tensor of one frame, or of one block of frames that become
   * one; for INT8 with its scales.
   */
  public int bytesPerFrame() {
    return (int) bytesPerFrame(tokens, channels, dtype);
  }

  /** Size in bytes of a record of so many frames: of the blocks that are left of them. */
  public long bytes(int frames) {
    return (long) pool.blocks(frames) * bytesPerFrame();
  }

  /** Size of one frame's scales, {@code [N]} float32, in bytes; 0 for types that have none. */
  public int scaleBytesPerFrame() {
    return (int) scaleBytesPerFrame(tokens, dtype);
  }
}
