package io.s2stream.processor.s2;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The tiles that VILA's dynamic S2 cuts an image into: for every scale but the last a square
 * arrangement whatever the image's shape, for the last one the arrangement whose aspect ratio comes
 * closest to the image's (VILA's {@code dynamic_s2_preprocess}, arXiv 2412.04468 section 3.1).
 *
 * @param lastScale rows and columns of tiles of the last scale; the image's block size in the merge
 * @param subImages number of tiles of all scales, in the order of scales and then row by row
 */
public record TileGrid(Grid lastScale, int subImages) {
  /** Keeps the number of arrangements to look at small; models are trained with 12 or so. */
  private static final int MAX_TILES = 10_000;

  /**
   * Chooses the grid for tiles of the first scale's size.
   *
   * @param width of the image in pixels
   * @param height of the image in pixels
   * @param scales in pixels, ascending, such as 448, 896, 1344
   * @param maxTiles most tiles of the last scale. With fewer than the square arrangement of the
   *     last scale has, VILA leaves the last scale in one tile, and so it is here
   * @throws InvalidOptionsException names everything that is wrong
   */
  public static TileGrid of(int width, int height, List<Integer> scales, int maxTiles) {
    return of(width, height, scales, maxTiles, scales.isEmpty() ? 1 : scales.get(0));
  }

  /**
   * Chooses the grid.
   *
   * @param tileSize side of a tile in pixels; it decides only between arrangements of the same
   *     aspect ratio, such as 1x3 and 2x6: the larger one is taken when the image has more than
   *     half of its pixels
   * @throws InvalidOptionsException names everything that is wrong
   */
  public static TileGrid of(
      int width, int height, List<Integer> scales, int maxTiles, int tileSize) {
    var sizes = new DynamicScales(scales);
    var problems = new ArrayList<String>();
    sizes.check(problems);
    if (width < 1 || height < 1) {
      problems.add("the image must have at least one pixel, got " + width + "x" + height);
    }
    if (maxTiles < 1 || maxTiles > MAX_TILES) {
      problems.add("max_tiles must be within 1.." + MAX_TILES + ", got " + maxTiles);
    }
    if (tileSize < 1) {
      problems.add("the tile size must be positive, got " + tileSize);
    }
    if (!problems.isEmpty()) {
      throw new InvalidOptionsException(problems);
    }
    int squareTiles = sizes.splits(sizes.last()) * sizes.splits(sizes.last());
    Grid grid = closest(width, height, arrangements(squareTiles, maxTiles), tileSize);
    return new TileGrid(grid, sizes.fixedTiles() + grid.cells());
  }

  /**
   * Fewest tiles first. VILA leaves the order within one number of tiles to Python's sets; it
   * matters only if an image's aspect ratio lies exactly between two of them. Here the squarer one
   * comes later and wins.
   */
  private static List<Grid> arrangements(int minTiles, int maxTiles) {
    var grids = new ArrayList<Grid>();
    for (int columns = 1; columns <= maxTiles; columns++) {
      for (int rows = 1; rows * columns <= maxTiles; rows++) {
        if (rows * columns >= minTiles) {
          grids.add(new Grid(rows, columns));
        }
      }
    }
    grids.sort(
        Comparator.comparingInt(Grid::cells)
            .thenComparingInt(grid -> -Math.abs(grid.height() - grid.width())));
    return grids;
  }

  private static Grid closest(int width, int height, List<Grid> grids, int tileSize) {
    double aspect = (double) width / height;
    double area = (double) width * height;
    double nearest = Double.POSITIVE_INFINITY;
    var best = new Grid(1, 1);
    for (Grid grid : grids) {
      double distance = Math.abs(aspect - (double) grid.width() / grid.height());
      boolean tie = distance == nearest;
      if (distance < nearest || tie && area > 0.5 * tileSize * tileSize * grid.cells()) {
        nearest = distance;
        best = grid;
      }
    }
    return best;
  }
}
