package io.s2stream.processor.tower;

import ai.djl.ndarray.types.Shape;

/** Shape of what a tower makes of one tile. */
public sealed interface TileFeatures {

  /** Channels per token or per cell. */
  int channels();

  /**
   * A transformer's {@code [tokens, channels]}: prefix tokens, then a square patch grid row by row.
   */
  record Tokens(int tokens, int channels) implements TileFeatures {

    /**
     * Side of the square patch grid behind {@code prefix} tokens.
     *
     * @return 0 when what is left isn't a square
     */
    public int gridSide(int prefix) {
      int patches = Math.max(0, tokens - prefix);
      int side = (int) Math.sqrt(patches);
      return side * side == patches ? side : 0;
    }
  }

  /** A convolutional net's {@code [channels, height, width]}. */
  record FeatureMap(int channels, int height, int width) implements TileFeatures {}

  /**
   * Reads the shape of a tower's output for a batch of tiles.
   *
   * @param batched {@code [k, N, C]} or {@code [k, C, H, W]}
   * @throws IllegalArgumentException for any other rank
   */
  static TileFeatures ofBatch(Shape batched) {
    return switch (batched.dimension()) {
      case 3 -> new Tokens(size(batched, 1), size(batched, 2));
      case 4 -> new FeatureMap(size(batched, 1), size(batched, 2), size(batched, 3));
      default ->
          throw new IllegalArgumentException(
              "a tower must return [B, N, C] tokens or a [B, C, H, W] feature map, this one returned rank "
                  + batched.dimension()
                  + " "
                  + batched);
    };
  }

  private static int size(Shape shape, int axis) {
    return Math.toIntExact(shape.get(axis));
  }
}
