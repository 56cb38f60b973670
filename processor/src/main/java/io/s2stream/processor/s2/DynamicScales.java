package io.s2stream.processor.s2;

import java.util.List;

/**
 * The scales of VILA's dynamic S2, in pixels: all but the last are cut into as many rows as columns
 * of tiles, the last as the image's shape suggests.
 */
record DynamicScales(List<Integer> sizes) {

  DynamicScales {
    sizes = List.copyOf(sizes);
  }

  /** Adds what is wrong with the scales. */
  void check(List<String> problems) {
    if (sizes.isEmpty()) {
      problems.add("scales is empty, give at least one");
    }
    for (int i = 0; i < sizes.size(); i++) {
      if (sizes.get(i) < 1 || i > 0 && sizes.get(i) < sizes.get(i - 1)) {
        problems.add("scales must be positive and ascend, got " + sizes);
        return;
      }
    }
  }

  int count() {
    return sizes.size();
  }

  int last() {
    return sizes.size() - 1;
  }

  /**
   * Rows, and columns, of tiles of a scale: its size over the first one's, rounded down as there.
   */
  int splits(int index) {
    return sizes.get(index) / sizes.get(0);
  }

  /** Tiles of all scales but the last. */
  int fixedTiles() {
    int tiles = 0;
    for (int i = 0; i < last(); i++) {
      tiles += splits(i) * splits(i);
    }
    return tiles;
  }
}
