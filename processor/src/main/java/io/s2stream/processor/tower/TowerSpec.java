package io.s2stream.processor.tower;

import java.util.List;

import ai.djl.ndarray.types.DataType;

/**
 * What a tower expects of its tiles.
 *
 * @param name base name of the TorchScript file
 * @param sha256 of that file, lower-case hex
 * @param inputSize side of the square tiles in pixels; 0 = any
 * @param prefixTokens class or register tokens before the patch tokens
 * @param imageMean mean per channel (RGB, pixels in 0..1)
 * @param imageStd standard deviation per channel (RGB, pixels in 0..1)
 * @param dtype element type of the tiles
 */
public record TowerSpec(
    String name,
    String sha256,
    int inputSize,
    int prefixTokens,
    List<Float> imageMean,
    List<Float> imageStd,
    DataType dtype) {

  public TowerSpec {
    imageMean = List.copyOf(imageMean);
    imageStd = List.copyOf(imageStd);
  }
}
