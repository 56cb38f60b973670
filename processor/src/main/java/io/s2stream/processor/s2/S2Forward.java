package io.s2stream.processor.s2;

import java.util.HashMap;
import java.util.List;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.s2stream.processor.tower.TorchSettings;
import io.s2stream.processor.tower.Tower;

/**
 * The multiscale (S2) forward of arXiv 2403.13043: resize to several scales, cut each into tiles,
 * run the same tower on every tile, put the tiles' features back together, pool every scale to one
 * grid, concatenate on channels.
 *
 * <p>Goes frame by frame, then scale by scale, then tile by tile, so that beside the result only
 * one resized image, the tiles of one run of the tower and their features exist at a time. Not
 * thread-safe. Neither the tower nor the operations are closed here.
 */
public final class S2Forward {
  private final Tower tower;
  private final TensorOps ops;

  public S2Forward(Tower tower, TensorOps ops) {
    this.tower = tower;
    this.ops = ops;
  }

  /**
   * Upstream's {@code forward} on a batch that is in memory.
   *
   * @param images {@code [B, 3, H, W]} float, normalised RGB
   * @return {@link S2Plan#resultShape} float32, in the manager of {@code images}
   * @throws InvalidOptionsException when the options don't fit the images or the tower
   */
  public NDArray forward(NDArray images, S2Options options) {
    Shape shape = images.getShape();
    if (shape.dimension() != 4) {
      throw new InvalidOptionsException(
          List.of("the input must be [B, C, H, W], got rank " + shape.dimension()));
    }
    var size = new ImageSize((int) shape.get(2), (int) shape.get(3));
    S2Plan plan = S2Plan.of(options, size, tower);
    ImageSource source =
        (frame, scope) -> {
          NDArray image = images.get(new NDIndex("{}:{}", frame, frame + 1));
          image.attach(scope);
          return image;
        };
    return forward(plan, (int) shape.get(0), source, images.getManager());
  }

  /**
   * Runs a plan.
   *
   * @param frames number of images, at least 1
   * @param manager that the result is attached to; nothing else is left in it
   * @return {@link S2Plan#resultShape} float32
   */
  public NDArray forward(S2Plan plan, int frames, ImageSource images, NDManager manager) {
    TorchSettings.prepareThread();
    NDArray out = manager.zeros(plan.resultShape(frames), DataType.FLOAT32);
    try (NDManager scope = manager.newSubManager()) {
      var grids = new FeatureGrids(plan, ops, out, scope);
      List<TileBuffer> buffers = buffers(plan, frames, grids, scope);
      for (int frame = 0; frame < frames; frame++) {
        try (NDManager imageScope = scope.newSubManager()) {
          cut(images.image(frame, imageScope), frame, plan, buffers);
        }
      }
      // A buffer stands there once per scale that uses it; flushing an empty one does nothing.
      buffers.forEach(TileBuffer::flush);
      return out;
    } catch (RuntimeException e) {
      out.close();
      throw e;
    }
  }

  /**
   * The buffer of each scale; scales of one tile size share one, so a tower of fixed size has one
   * in all.
   */
  private List<TileBuffer> buffers(S2Plan plan, int frames, FeatureGrids grids, NDManager scope) {
    int capacity = plan.tilesPerForward(frames);
    var bySize = new HashMap<Integer, TileBuffer>();
    return plan.scales().stream()
        .map(
            scale ->
                bySize.computeIfAbsent(
                    scale.tileSize(),
                    size -> new TileBuffer(tower, ops, grids, scope, capacity, size)))
        .toList();
  }

  private void cut(NDArray image, int frame, S2Plan plan, List<TileBuffer> buffers) {
    for (int index = 0; index < plan.scales().size(); index++) {
      ScalePlan scale = plan.scales().get(index);
      TileBuffer buffer = buffers.get(index);
      try (NDManager scaleScope = image.getManager().newSubManager()) {
        NDArray resized = resize(image, plan.input(), scale, scaleScope);
        for (Tile tile : scale.tiles()) {
          buffer.put(resized, new TileBuffer.Source(frame, index, tile));
        }
      }
    }
  }

  /**
   * {@code [1, 3, H, W]} of the scale's image or, unless padded, its canvas; the image itself if it
   * fits already.
   */
  private NDArray resize(NDArray image, ImageSize input, ScalePlan scale, NDManager scope) {
    NDArray resized = image;
    if (!scale.image().equals(input)) {
      resized = ops.bicubic(image, scale.image());
      resized.attach(scope);
    }
    if (!scale.padded() && !scale.canvas().equals(scale.image())) {
      resized = ops.bicubic(resized, scale.canvas());
      resized.attach(scope);
    }
    return resized;
  }
}
