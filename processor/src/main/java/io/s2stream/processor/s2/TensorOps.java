package io.s2stream.processor.s2;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import io.s2stream.processor.tower.TorchSettings;

/**
 * Tensor operations that DJL lacks or gets wrong, from a small TorchScript module
 * (processor/export/export_ops.py).
 *
 * <p>DJL's own interpolation always antialiases and so differs from PyTorch's default by up to 2.3
 * on normalised images. Copies of tiles and grids are here as well: one native call each, no
 * temporary arrays.
 */
public final class TensorOps implements AutoCloseable {
  private static final String RESOURCE = "ops.pt";

  // The block's memory goes when the model is finalised: the model must stay reachable from here.
  private final Model model;
  private final PtSymbolBlock block;

  private TensorOps(Model model) {
    this.model = model;
    this.block = (PtSymbolBlock) model.getBlock();
  }

  public static TensorOps load(Device device) {
    TorchSettings.initialize();
    Model model = Model.newInstance("s2-ops", device, "PyTorch");
    try (InputStream in = TensorOps.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(
            "resource " + RESOURCE + " is missing from the processor's jar");
      }
      model.load(in, Map.of());
      return new TensorOps(model);
    } catch (IOException e) {
      model.close();
      throw new UncheckedIOException("can't read resource " + RESOURCE, e);
    } catch (MalformedModelException e) {
      model.close();
      throw new IllegalStateException("resource " + RESOURCE + " is damaged", e);
    }
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
    return tensor(pixels.getManager(), "normalize", of(pixels), of(mean), of(std));
  }

  /**
   * Resizes as PyTorch does by default: bicubic with a = -0.75, no antialiasing, corners not
   * aligned.
   *
   * @param image {@code [B, C, h, w]}
   * @return {@code [B, C, H, W]} float32, in the manager of {@code image}
   */
  NDArray bicubic(NDArray image, ImageSize size) {
    return tensor(
        image.getManager(),
        "bicubic",
        of(image),
        IValue.from(size.height()),
        IValue.from(size.width()));
  }

  /**
   * Copies a tile of {@code image [1, C, H, W]} into {@code slots [k, C, h, w]}, zeros where the
   * image ends.
   */
  void putTile(NDArray slots, int slot, NDArray image, Tile tile) {
    run(
        "put_tile",
        of(slots),
        IValue.from(slot),
        of(image),
        IValue.from(tile.top()),
        IValue.from(tile.left()));
  }

  /**
   * Copies the patch features of one tile to their place in {@code grid [C, H, W]}.
   *
   * @param features {@code [k, prefix + side * side, C]} or {@code [k, C, h, w]}
   * @param side of a token grid; ignored for maps
   */
  void place(NDArray grid, NDArray features, int slot, int prefix, int side, Tile tile) {
    run(
        "place",
        of(grid),
        of(features),
        IValue.from(slot),
        IValue.from(prefix),
        IValue.from(side),
        IValue.from(tile.gridTop()),
        IValue.from(tile.gridLeft()));
  }

  /**
   * Area-pools {@code grid [C, H, W]} into a frame's block of channels of {@code out [B, N, C']}.
   */
  void poolTokens(NDArray grid, NDArray out, int frame, int prefix, int channel, int gridWidth) {
    run(
        "pool_tokens",
        of(grid),
        of(out),
        IValue.from(frame),
        IValue.from(prefix),
        IValue.from(channel),
        IValue.from(gridWidth));
  }

  /**
   * Area-pools {@code grid [C, H, W]} into a frame's block of channels of {@code out [B, C', h,
   * w]}.
   */
  void poolMap(NDArray grid, NDArray out, int frame, int channel) {
    run("pool_map", of(grid), of(out), IValue.from(frame), IValue.from(channel));
  }

  /**
   * Adds a tile's prefix tokens, divided by {@code divisor}, to a frame's block of channels of
   * {@code out}.
   */
  void addPrefix(
      NDArray features, int slot, int prefix, NDArray out, int frame, int channel, int divisor) {
    run(
        "add_prefix",
        of(features),
        IValue.from(slot),
        IValue.from(prefix),
        of(out),
        IValue.from(frame),
        IValue.from(channel),
        IValue.from((double) divisor));
  }

  private static IValue of(NDArray array) {
    return IValue.from((PtNDArray) array);
  }

  private NDArray tensor(NDManager manager, String method, IValue... arguments) {
    try (IValue result = call(method, arguments)) {
      return result.toTensor((PtNDManager) manager);
    }
  }

  private void run(String method, IValue... arguments) {
    call(method, arguments).close();
  }

  private IValue call(String method, IValue... arguments) {
    try {
      return IValueUtils.runMethod(block, method, arguments);
    } finally {
      for (IValue argument : arguments) {
        argument.close();
      }
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
