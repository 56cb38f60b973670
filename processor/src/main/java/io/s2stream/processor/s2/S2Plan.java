package io.s2stream.processor.s2;

import java.util.ArrayList;
import java.util.List;

import ai.djl.ndarray.types.Shape;
import io.s2stream.processor.tower.TileFeatures;
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
    return of(options, input, tower, List.of());
  }

  /**
   * @param found problems that are known already; they are named with those found here
   */
  static S2Plan of(S2Options options, ImageSize input, Tower tower, List<String> found) {
    var problems = new ArrayList<String>(found);
    List<ScaleGeometry> geometry = ScaleGeometry.of(options, input, problems);
    var tiles = new TowerTiles(tower, options);
    var scales = new ArrayList<ScalePlan>();
    int channels = 0;
    for (ScaleGeometry scale : geometry) {
      TileFeatures features = tiles.features(scale, problems);
      if (features != null) {
        channels = features.channels();
        scales.add(scale.plan(tiles.grid(features, problems)));
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidOptionsException(problems.stream().distinct().toList());
    }
    int index = options.resizeOutputToIdx();
    Grid grid = scales.get(index < 0 ? index + scales.size() : index).grid();
    return new S2Plan(input, scales, channels, grid, options);
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
    long all = (long) frames * tileCount();
    long wanted = options.splitForward() ? frames : all;
    if (options.maxTilesPerForward() > 0) {
      wanted = options.maxTilesPerForward();
    }
    return (int) Math.min(Integer.MAX_VALUE, Math.min(all, wanted));
  }
}
