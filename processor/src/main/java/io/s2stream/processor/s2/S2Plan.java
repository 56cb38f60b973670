package io.s2stream.processor.s2;

import java.util.ArrayList;
import java.util.List;

import ai.djl.ndarray.types.Shape;
import io.s2stream.processor.tower.TileFeatures;
import io.s2stream.processor.tower.TileFeatures.FeatureMap;
import io.s2stream.processor.tower.TileFeatures.Tokens;
import io.s2stream.processor.tower.Tower;

/**
 * Everything about a multiscale forward that follows from options, image size and tower alone:
 * sizes, tiles and the shape of the result. Immutable.
 *
 * @param input size of the images it is made for
 * @param scales in the order of the result's channel blocks
 * @param channelsPerScale channels of the tower
 * @param grid feature grid of the result
 * @param options what it was made from
 */
public record S2Plan(
    ImageSize input, List<ScalePlan> scales, int channelsPerScale, Grid grid, S2Options options) {

  public S2Plan {
    scales = List.copyOf(scales);
  }

  /**
   * Plans the forward of images of one size; may run the tower once per tile size to see the shape
   * of its features.
   *
   * @throws InvalidOptionsException when options, size and tower don't fit each other; names every
   *     problem
   */
  public static S2Plan of(S2Options options, ImageSize input, Tower tower) {
    List<ScaleGeometry> geometry = ScaleGeometry.of(options, input);
    var problems = new ArrayList<String>();
    var scales = new ArrayList<ScalePlan>();
    int channels = 0;
    for (ScaleGeometry scale : geometry) {
      int required = tower.spec().inputSize();
      if (required != 0 && scale.tileSize() != required) {
        problems.add(
            "the size "
                + scale.image()
                + " makes tiles of "
                + scale.tileSize()
                + " pixels, the tower "
                + tower.spec().name()
                + " takes only "
                + required
                + "; choose multiples of "
                + required);
        continue;
      }
      TileFeatures features = tower.describe(scale.tileSize());
      Grid tileGrid = tileGrid(options, features, problems);
      channels = features.channels();
      scales.add(scale.plan(tileGrid));
    }
    if (!problems.isEmpty()) {
      throw new InvalidOptionsException(problems.stream().distinct().toList());
    }
    int index = options.resizeOutputToIdx();
    Grid grid = scales.get(index < 0 ? index + scales.size() : index).grid();
    return new S2Plan(input, scales, channels, grid, options);
  }

  private static Grid tileGrid(S2Options options, TileFeatures features, List<String> problems) {
    if (features instanceof FeatureMap map) {
      if (options.outputShape() == OutputShape.BNC) {
        problems.add("the tower makes feature maps, set output_shape to bchw");
      }
      return new Grid(map.height(), map.width());
    }
    var tokens = (Tokens) features;
    if (options.outputShape() == OutputShape.BCHW) {
      problems.add("the tower makes tokens, set output_shape to bnc");
    }
    int side = tokens.gridSide(options.numPrefixToken());
    if (side == 0) {
      problems.add(
          "the tower makes "
              + tokens.tokens()
              + " tokens per tile, without "
              + options.numPrefixToken()
              + " prefix tokens no square grid is left; check num_prefix_token");
    }
    return new Grid(side, side);
  }

  /** Channels of the result: those of all scales. */
  public int channels() {
    return channelsPerScale * scales.size();
  }

  /** Tokens of the result, prefix tokens included. */
  public int tokens() {
    return options.numPrefixToken() + grid.cells();
  }

  /** Tiles of one image, all scales together. */
  public int tileCount() {
    return scales.stream().mapToInt(ScalePlan::tileCount).sum();
  }

  /** Shape of the result for a batch: {@code [B, N, C]} or {@code [B, C, H, W]}. */
  public Shape resultShape(int frames) {
    return options.outputShape() == OutputShape.BNC
        ? new Shape(frames, tokens(), channels())
        : new Shape(frames, channels(), grid.height(), grid.width());
  }

  /** Most tiles that one run of the tower takes for a batch of this many images; at least 1. */
  public int tilesPerForward(int frames) {
    int all = frames * tileCount();
    if (options.maxTilesPerForward() > 0) {
      return Math.min(all, options.maxTilesPerForward());
    }
    return options.splitForward() ? frames : all;
  }
}
