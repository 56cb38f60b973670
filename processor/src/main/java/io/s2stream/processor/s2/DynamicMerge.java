package io.s2stream.processor.s2;

import java.util.ArrayList;
import java.util.List;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.s2stream.processor.tower.TorchSettings;
import org.jspecify.annotations.Nullable;

/**
 * Merges the features of sub-images as VILA's dynamic S2 does ({@code
 * merge_features_for_dynamic_s2}): puts the tiles of each scale back together, pools every scale to
 * the grid of one of them, concatenates on channels. Not thread-safe.
 */
public final class DynamicMerge {

  /**
   * Feature maps of a batch of images.
   *
   * @param maps one {@code [1, C * scales, h, w]} float32 per image
   * @param blockSizes into how many rows and columns of tiles each map is to be cut again for the
   *     projector that follows
   */
  public record Merged(List<NDArray> maps, List<Grid> blockSizes) {}

  private final TensorOps ops;

  /**
   * @param ops not closed here
   */
  public DynamicMerge(TensorOps ops) {
    this.ops = ops;
  }

  /**
   * Merges.
   *
   * @param features {@code [n, N, C]} of all sub-images of all images in order, N a square number
   * @param blockSizes per image the rows and columns of tiles of its last scale (see {@link
   *     TileGrid}); null for an image that is one sub-image, whose features are repeated for each
   *     scale
   * @param scales in pixels, ascending, such as 448, 896, 1344
   * @param resizeOutputToIdx index of the scale whose grid the maps have; negative counts from the
   *     end
   * @return maps in the manager of {@code features}
   * @throws InvalidOptionsException names everything that doesn't fit, before any work is done
   */
  public Merged merge(
      NDArray features,
      List<@Nullable Grid> blockSizes,
      List<Integer> scales,
      int resizeOutputToIdx) {
    var sizes = new DynamicScales(scales);
    new DynamicMergeCheck(sizes, blockSizes, resizeOutputToIdx).check(features);
    TorchSettings.prepareThread();
    int index = resizeOutputToIdx < 0 ? resizeOutputToIdx + sizes.count() : resizeOutputToIdx;
    int side = (int) Math.sqrt(features.getShape().get(1));
    var maps = new ArrayList<NDArray>();
    var newSizes = new ArrayList<Grid>();
    int slot = 0;
    for (Grid blockSize : blockSizes) {
      List<Grid> tiles = tilesPerScale(sizes, blockSize);
      Grid target = tiles.get(index);
      newSizes.add(target);
      maps.add(map(features, slot, side, tiles, target, blockSize == null));
      slot += blockSize == null ? 1 : tiles.stream().mapToInt(Grid::cells).sum();
    }
    return new Merged(maps, newSizes);
  }

  /** Rows and columns of tiles per scale; an image that isn't tiled has one tile for all. */
  private static List<Grid> tilesPerScale(DynamicScales sizes, @Nullable Grid blockSize) {
    var tiles = new ArrayList<Grid>();
    for (int i = 0; i < sizes.count(); i++) {
      int splits = blockSize == null ? 1 : sizes.splits(i);
      tiles.add(i == sizes.last() && blockSize != null ? blockSize : new Grid(splits, splits));
    }
    return tiles;
  }

  private NDArray map(
      NDArray features, int first, int side, List<Grid> tiles, Grid target, boolean repeated) {
    var tileGrid = new Grid(side, side);
    int channels = Math.toIntExact(features.getShape().get(2));
    Grid size = times(target, side);
    NDManager manager = features.getManager();
    NDArray out =
        manager.zeros(
            new Shape(1, (long) channels * tiles.size(), size.height(), size.width()),
            DataType.FLOAT32);
    int slot = first;
    try (NDManager scope = manager.newSubManager()) {
      for (int i = 0; i < tiles.size(); i++) {
        Grid scale = tiles.get(i);
        var pooling = new FeaturePooling(ops, tileGrid, times(scale, side), size, scope);
        var block = new ResultBlock(out, 0, i * channels, size.width());
        for (int tile = 0; tile < scale.cells(); tile++) {
          pooling.pool(
              new FeatureSlot(features, repeated ? first : slot++, 0),
              tile / scale.width(),
              tile % scale.width(),
              block);
        }
      }
    } catch (RuntimeException e) {
      out.close();
      throw e;
    }
    return out;
  }

  private static Grid times(Grid tiles, int side) {
    return new Grid(tiles.height() * side, tiles.width() * side);
  }
}
