package io.s2stream.processor.s2;

import java.util.List;

import ai.djl.engine.EngineException;
import io.s2stream.processor.tower.TileFeatures;
import io.s2stream.processor.tower.TileFeatures.FeatureMap;
import io.s2stream.processor.tower.TileFeatures.Tokens;
import io.s2stream.processor.tower.Tower;
import io.s2stream.processor.tower.TowerSpec;
import org.jspecify.annotations.Nullable;

/** Checks that a tower can take a plan's tiles and makes features of the form the options say. */
final class TowerTiles {
  private final Tower tower;
  private final S2Options options;

  TowerTiles(Tower tower, S2Options options) {
    this.tower = tower;
    this.options = options;
  }

  /**
   * What the tower makes of a scale's tiles; adds to the problems what is wrong with it.
   *
   * @return null for a size it doesn't take
   */
  @Nullable TileFeatures features(ScaleGeometry scale, List<String> problems) {
    int tileSize = scale.tileSize();
    TowerSpec spec = tower.spec();
    if (spec.inputSize() != 0 && tileSize != spec.inputSize()) {
      problems.add(
          "the size "
              + scale.image()
              + " makes tiles of "
              + tileSize
              + " pixels, the tower "
              + spec.name()
              + " takes only "
              + spec.inputSize()
              + "; choose multiples of "
              + spec.inputSize()
              + ", and that as max_split_size");
      return null;
    }
    try {
      return tower.describe(tileSize);
    } catch (EngineException e) {
      if (OutOfDeviceMemoryException.isReportedBy(e)) {
        throw new OutOfDeviceMemoryException(
            "not even one tile of " + tileSize + " pixels fits the memory of " + tower.device(), e);
      }
      problems.add(
          "the tower "
              + spec.name()
              + " fails on a tile of "
              + tileSize
              + "x"
              + tileSize
              + " pixels, choose the size it was made for as max_split_size. Cause: "
              + lastLine(e));
    } catch (IllegalArgumentException e) {
      problems.add("the model " + spec.name() + " is no tower: " + e.getMessage());
    }
    return null;
  }

  /** Cells of one tile; adds to the problems what is wrong with the form of the features. */
  Grid grid(TileFeatures features, List<String> problems) {
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
    int prefix = options.numPrefixToken();
    int known = tower.spec().prefixTokens();
    if (known != TowerSpec.UNKNOWN && known != prefix) {
      problems.add(
          "num_prefix_token is " + prefix + ", the tower " + tower.spec().name() + " has " + known);
    }
    int side = tokens.gridSide(prefix);
    if (side == 0) {
      problems.add(
          "the tower makes "
              + tokens.tokens()
              + " tokens per tile, without "
              + prefix
              + " prefix tokens no square grid is left; check num_prefix_token");
    }
    return new Grid(side, side);
  }

  private static String lastLine(EngineException e) {
    return String.valueOf(e.getMessage())
        .lines()
        .filter(line -> !line.isBlank())
        .reduce("", (first, last) -> last);
  }
}
