package io.s2stream.processor.s2;

import java.util.ArrayList;
import java.util.List;

/**
 * Sizes and tiles of one scale, as far as they need no tower: upstream's arithmetic, in double as
 * there.
 *
 * @param image the size the input is resized to
 * @param canvas the size that is cut into tiles
 * @param padded whether the canvas is filled up with zeros
 * @param tileSize side of the tiles in pixels
 */
record ScaleGeometry(ImageSize image, ImageSize canvas, boolean padded, int tileSize) {
  /** Keeps products of sizes far from overflow; no tower sees images near this. */
  private static final int MAX_SIDE = 1 << 15;

  /**
   * Works out all scales.
   *
   * @param problems gets every problem of the options with this image size
   * @return the scales that have no problem
   */
  static List<ScaleGeometry> of(S2Options options, ImageSize input, List<String> problems) {
    problems.addAll(options.problems());
    boolean exact = options.splitMode() == SplitMode.EXACT;
    if (exact && !input.isSquare()) {
      problems.add(
          "the image is "
              + input
              + " (h x w), only square images fit split_mode exact; use resize or pad");
    }
    if (!exact && options.maxSplitSize() == 0 && !input.isSquare()) {
      problems.add("the image is " + input + " (h x w), which isn't square: give max_split_size");
    }
    String range = rangeProblem(input);
    if (!range.isEmpty()) {
      problems.add("the image can't be used: " + range);
      return List.of();
    }
    int maxSplit = options.maxSplitSize() > 0 ? options.maxSplitSize() : input.height();
    var scales = new ArrayList<ScaleGeometry>();
    for (ImageSize image : sizes(options, input)) {
      String problem = exact ? exactProblem(image, maxSplit) : rangeProblem(image);
      if (!problem.isEmpty()) {
        problems.add(problem);
      } else {
        scales.add(exact ? exact(image, maxSplit) : anyShape(image, maxSplit, options.splitMode()));
      }
    }
    return scales;
  }

  private static List<ImageSize> sizes(S2Options options, ImageSize input) {
    if (options.imgSizes() != null) {
      return options.imgSizes();
    }
    var sizes = new ArrayList<ImageSize>();
    if (options.scales() != null) {
      for (double scale : options.scales()) {
        // Upstream's arithmetic: a product in double, cut off.
        sizes.add(new ImageSize((int) (input.height() * scale), (int) (input.width() * scale)));
      }
    }
    return sizes;
  }

  private static String rangeProblem(ImageSize image) {
    int smaller = Math.min(image.height(), image.width());
    int larger = Math.max(image.height(), image.width());
    return smaller >= 1 && larger <= MAX_SIDE
        ? ""
        : "the size " + image + " (h x w) is out of range 1.." + MAX_SIDE;
  }

  private static String exactProblem(ImageSize image, int maxSplit) {
    String range = rangeProblem(image);
    if (!range.isEmpty()) {
      return range;
    }
    if (!image.isSquare()) {
      return "the size "
          + image
          + " isn't square, only square sizes fit split_mode exact; use resize or pad";
    }
    int splits = splits(image.height(), maxSplit);
    return image.height() % splits == 0
        ? ""
        : "the size "
            + image
            + " needs "
            + splits
            + "x"
            + splits
            + " tiles of at most "
            + maxSplit
            + " pixels but isn't divisible by "
            + splits;
  }

  private static ScaleGeometry exact(ImageSize image, int maxSplit) {
    return new ScaleGeometry(
        image, image, false, image.height() / splits(image.height(), maxSplit));
  }

  private static ScaleGeometry anyShape(ImageSize image, int maxSplit, SplitMode mode) {
    var canvas =
        new ImageSize(
            splits(image.height(), maxSplit) * maxSplit,
            splits(image.width(), maxSplit) * maxSplit);
    return new ScaleGeometry(image, canvas, mode == SplitMode.PAD, maxSplit);
  }

  private static int splits(int size, int maxSplit) {
    return (int) Math.ceil((double) size / maxSplit);
  }

  /** Completes the plan once the tower's grid per tile is known. */
  ScalePlan plan(Grid tileGrid) {
    int rows = canvas.height() / tileSize;
    int columns = canvas.width() / tileSize;
    var merged = new Grid(rows * tileGrid.height(), columns * tileGrid.width());
    var grid =
        padded
            ? new Grid(
                kept(image.height(), canvas.height(), merged.height()),
                kept(image.width(), canvas.width(), merged.width()))
            : merged;
    return new ScalePlan(image, canvas, padded, tileSize, rows, columns, tileGrid, grid);
  }

  /** Cells that hold some of the image: ceil(image / canvas * cells). */
  private static int kept(int image, int canvas, int cells) {
    return (int) Math.ceil((double) image / canvas * cells);
  }
}
