package io.s2stream.processor.extract;

import java.util.List;

import io.s2stream.schemas.TensorType;

/**
 * What the features of one frame of a given size look like.
 *
 * @param tokens N, prefix tokens included
 * @param channels C, all scales together
 * @param gridHeight rows of the patch grid
 * @param gridWidth columns of the patch grid
 * @param prefixTokens class or register tokens before the grid; {@code tokens = prefixTokens +
 *     gridHeight * gridWidth}
 * @param dtype element type on the wire, little endian
 * @param imageSizes the sizes the frame is resized to, one {@code [h, w]} per scale
 */
public record FeatureLayout(
    int tokens,
    int channels,
    int gridHeight,
    int gridWidth,
    int prefixTokens,
    TensorType dtype,
    List<int[]> imageSizes) {

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
    long bytes = (long) tokens * channels * bytesPerElement(dtype);
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("features of " + bytes + " bytes per frame exceed 2 GiB");
    }
  }

  /** Size of one frame's {@code [N, C]} tensor in bytes. */
  public int bytesPerFrame() {
    return tokens * channels * bytesPerElement(dtype);
  }

  private static int bytesPerElement(TensorType dtype) {
    return switch (dtype) {
      case FLOAT32 -> 4;
      case FLOAT16, BFLOAT16 -> 2;
      case INT8 -> 1;
      case UNKNOWN -> throw new IllegalArgumentException("features can't be written as UNKNOWN");
    };
  }
}
