package io.s2stream.processor.extract;

import java.util.List;

import io.s2stream.schemas.TensorType;
import io.s2stream.schemas.tensor.FeatureTensor;

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
    long bytes = (long) tokens * channels * FeatureTensor.bytesPerElement(dtype) + 4L * tokens;
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("features of " + bytes + " bytes per frame exceed 2 GiB");
    }
  }

  /** Size of one frame's {@code [N, C]} tensor in bytes, for INT8 with its scales. */
  public int bytesPerFrame() {
    return tokens * channels * FeatureTensor.bytesPerElement(dtype) + scaleBytesPerFrame();
  }

  /** Size of one frame's scales, {@code [N]} float32, in bytes; 0 for types that have none. */
  public int scaleBytesPerFrame() {
    return dtype == TensorType.INT8 ? tokens * Float.BYTES : 0;
  }
}
