package io.s2stream.processor.tower;

import java.util.List;

import ai.djl.ndarray.types.DataType;

/**
 * What a tower expects of its tiles.
 *
 * @param name base name of the TorchScript file
 * @param sha256 of that file, lower-case hex
 * @param inputSize side of the square tiles in pixels; 0 = any
 * @param prefixTokens class or register tokens before the patch tokens; {@link #UNKNOWN} for a
 *     model file without properties
 * @param imageMean mean per channel (RGB, pixels in 0..1)
 * @param imageStd standard deviation per channel (RGB, pixels in 0..1)
 * @param dtype element type that the model computes in
 */
public record TowerSpec(
    String name,
    String sha256,
    int inputSize,
    int prefixTokens,
    List<Float> imageMean,
    List<Float> imageStd,
    DataType dtype) {

  /** A number of prefix tokens that nobody has said. */
  public static final int UNKNOWN = -1;

  public TowerSpec {
    imageMean = List.copyOf(imageMean);
    imageStd = List.copyOf(imageStd);
  }

  /**
   * Element type of the tiles that the tower is given: its own or, as DJL can't make bfloat16
   * arrays, float32 for a bfloat16 model, which converts them itself.
   */
  public DataType tileType() {
    return dtype == DataType.BFLOAT16 ? DataType.FLOAT32 : dtype;
  }
}
