package io.s2stream.cli.size;

import io.s2stream.processor.s2.Preset;

/**
 * The vision transformer that a preset was trained with; the facts are those of its published
 * configuration.
 *
 * @param width channels of a token, d
 * @param hidden channels inside the MLP, m
 * @param layers transformer layers that run
 * @param patch side of a patch in pixels
 */
record SizedTower(int width, int hidden, int layers, int patch) {
  private static final SizedTower CLIP_L_14 = new SizedTower(1024, 4096, 23, 14);
  private static final SizedTower SIGLIP_SO400M_14 = new SizedTower(1152, 4304, 26, 14);

  /** All three models take the features of the layer before the last. */
  static SizedTower of(Preset preset) {
    return switch (preset) {
      case LLAVA_1_5_S2 -> CLIP_L_14;
      case VILA_1_5_S2, NVILA -> SIGLIP_SO400M_14;
    };
  }

  /** Side of the patch grid of an image with this side in pixels. */
  int grid(int side) {
    return side / patch;
  }

  /**
   * Floating-point operations of one tile. Of each layer, with n tokens: projections and MLP 2 n (4
   * d² + 2 d m), attention's two products 4 n² d.
   */
  double operations(int tileSide) {
    double n = (double) grid(tileSide) * grid(tileSide);
    double d = width;
    return layers * (2 * n * (4 * d * d + 2 * d * hidden) + 4 * n * n * d);
  }
}
