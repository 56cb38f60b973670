package io.s2stream.processor.s2;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.IValue;
import io.s2stream.processor.tower.ScriptModule;

import static io.s2stream.processor.tower.ScriptModule.of;

/**
 * Tensor operations that DJL lacks or gets wrong, from a small TorchScript module
 * (processor/export/export_ops.py).
 *
 * <p>DJL's own interpolation always antialiases and so differs from PyTorch's default by up to 2.3
 * on normalised images. Copies of tiles and pooling are here as well: one native call each, no
 * temporary arrays but those of one tile. One thread at a time.
 */
public final class TensorOps implements AutoCloseable {
  private final ScriptModule module;

  private TensorOps(ScriptModule module) {
    this.module = module;
  }

  public static TensorOps load(Device device) {
    return new TensorOps(ScriptModule.load(TensorOps.class, "ops.pt", device));
  }

  /**
   * Normalises pixels.
   *
   * @param pixels {@code [H, W, 3]} uint8
   * @param mean {@code [1, 3, 1, 1]} float32
   * @param std {@code [1, 3, 1, 1]} float32
   * @return {@code [1, 3, H, W]} float32, (pixels / 255 - mean) / std, in the manager of {@code
   *     pixels}
   */
  public NDArray normalize(NDArray pixels, NDArray mean, NDArray std) {
    return module.tensor(pixels.getManager(), "normalize", of(pixels), of(mean), of(std));
  }

  /**
   * Resizes as PyTorch does by default: bicubic with a = -0.75, no antialiasing, corners not
   * aligned.
   *
   * @param image {@code [B, C, h, w]}
   * @return {@code [B, C, H, W]} float32, in the manager of {@code image}
   */
  NDArray bicubic(NDArray image, ImageSize size) {
    return module.tensor(
        image.getManager(),
        "bicubic",
        of(image),
        IValue.from(size.height()),
        IValue.from(size.width()));
  }

  /**
   * Some rows and columns of what {@link #bicubic} returns, without making much of the others.
   *
   * @param image {@code [1, C, h, w]}
   * @return {@code [1, C, rows, columns]} float32, in the manager of {@code image}
   */
  NDArray bicubicPart(NDArray image, ImageSize size, Band rows, Band columns) {
    return module.tensor(
        image.getManager(),
        "bicubic_part",
        of(image),
        IValue.from(size.height()),
        IValue.from(size.width()),
        list(rows),
        list(columns));
  }

  private static IValue list(Band band) {
    return IValue.listFrom(
        band.start(), band.size(), band.origin(), band.cropStart(), band.cropEnd());
  }

  /**
   * Copies a tile of {@code image [1, C, H, W]} into {@code slots [k, C, h, w]}, zeros where the
   * image ends.
   */
  void putTile(NDArray slots, int slot, NDArray image, int top, int left) {
    module.run(
        "put_tile", of(slots), IValue.from(slot), of(image), IValue.from(top), IValue.from(left));
  }

  /**
   * Area-pools the features of one tile into its part of the result; for windows that don't cross
   * the tile's edges.
   */
  void putPooled(FeatureSlot tile, AreaPooling rows, AreaPooling columns, ResultBlock block) {
    module.run(
        "put_pooled",
        of(tile.features()),
        IValue.from(tile.slot()),
        IValue.from(tile.prefix()),
        IValue.listFrom(rows.cells(), columns.cells()),
        of(block.out()),
        IValue.from(block.frame()),
        IValue.from(block.channel()),
        IValue.from(block.gridWidth()),
        window(rows, columns));
  }

  /**
   * Adds the part of one tile to the means over windows that cross its edges.
   *
   * @param rowWeights {@code [rows, cells]} float32
   * @param columnWeights {@code [columns, cells]} float32
   */
  void addPooled(
      FeatureSlot tile,
      AreaPooling rows,
      NDArray rowWeights,
      AreaPooling columns,
      NDArray columnWeights,
      ResultBlock block) {
    module.run(
        "add_pooled",
        of(tile.features()),
        IValue.from(tile.slot()),
        IValue.from(tile.prefix()),
        of(rowWeights),
        of(columnWeights),
        of(block.out()),
        IValue.from(block.frame()),
        IValue.from(block.channel()),
        IValue.from(block.gridWidth()),
        window(rows, columns));
  }

  private static IValue window(AreaPooling rows, AreaPooling columns) {
    return IValue.listFrom(rows.first(), columns.first(), rows.count(), columns.count());
  }

  /** Adds a tile's prefix tokens, divided by {@code divisor}, to those of the result. */
  void addPrefix(FeatureSlot tile, ResultBlock block, int divisor) {
    module.run(
        "add_prefix",
        of(tile.features()),
        IValue.from(tile.slot()),
        IValue.from(tile.prefix()),
        of(block.out()),
        IValue.from(block.frame()),
        IValue.from(block.channel()),
        IValue.from((double) divisor));
  }

  @Override
  public void close() {
    module.close();
  }
}
