package io.s2stream.processor.s2;

import java.util.ArrayList;
import java.util.List;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Finds everything that doesn't fit in the input of a dynamic merge. Stricter than upstream where
 * no image is tiled: upstream never looks at the index then, and takes two tokens (a class token
 * and a patch, say) for a map of 1x2.
 */
record DynamicMergeCheck(
    DynamicScales scales, List<@Nullable Grid> blockSizes, int resizeOutputToIdx) {

  /**
   * @throws InvalidOptionsException names every problem
   */
  void check(NDArray features) {
    var problems = new ArrayList<String>();
    scales.check(problems);
    boolean countable = problems.isEmpty();
    int count = scales.count();
    if (count > 0 && (resizeOutputToIdx >= count || resizeOutputToIdx < -count)) {
      problems.add(
          "resize_output_to_idx is "
              + resizeOutputToIdx
              + ", with "
              + count
              + " scales it must be within "
              + -count
              + ".."
              + (count - 1));
    }
    if (blockSizes.isEmpty()) {
      problems.add("block_sizes is empty, give one per image");
    }
    for (int i = 0; i < blockSizes.size(); i++) {
      Grid size = blockSizes.get(i);
      if (size != null && (size.height() < 1 || size.width() < 1)) {
        problems.add("block_sizes[" + i + "] is " + size + " (h x w), expected at least 1x1");
        countable = false;
      }
    }
    shape(features, countable, problems);
    if (!problems.isEmpty()) {
      throw new InvalidOptionsException(problems);
    }
  }

  private void shape(NDArray features, boolean countable, List<String> problems) {
    DataType type = features.getDataType();
    if (!type.isFloating() && type != DataType.UNKNOWN) {
      problems.add("the features must be of a floating type, not " + type);
    }
    Shape shape = features.getShape();
    if (shape.dimension() != 3) {
      problems.add(
          "the features must be [n, N, C], not of rank " + shape.dimension() + " " + shape);
      return;
    }
    long tokens = shape.get(1);
    long side = (long) Math.sqrt(tokens);
    if (tokens < 1 || side * side != tokens) {
      problems.add(
          "each sub-image has "
              + tokens
              + " tokens, which is no square grid; leave prefix tokens out");
    }
    if (shape.get(2) < 1) {
      problems.add("the features have no channels");
    }
    if (countable && shape.get(0) != expectedTiles()) {
      problems.add(
          "the block sizes ask for "
              + expectedTiles()
              + " sub-images ("
              + scales.fixedTiles()
              + " of the smaller scales and h * w of the last for each tiled image, 1 for others), the features have "
              + shape.get(0));
    }
  }

  private long expectedTiles() {
    long tiles = 0;
    for (Grid size : blockSizes) {
      tiles += size == null ? 1 : scales.fixedTiles() + (long) size.height() * size.width();
    }
    return tiles;
  }
}
