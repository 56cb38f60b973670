package io.s2stream.processor.s2;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;

import ai.djl.engine.EngineException;
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
 * the tiles of one run of the tower and their features exist at a time, and what is resized for
 * them while it is copied. When the tower runs out of memory it gets half as many tiles, in this
 * forward and all later ones. Not thread-safe. Neither the tower nor the operations are closed
 * here.
 */
public final class S2Forward {
  private static final Set<DataType> INPUT_TYPES = Set.of(DataType.FLOAT32, DataType.FLOAT16);

  private final Tower tower;
  private final TensorOps ops;
  private final ChunkLimits limits;
  private final PhaseTimes times;

  public S2Forward(Tower tower, TensorOps ops) {
    this(tower, ops, MemoryObserver.NONE, new PhaseTimes());
  }

  /**
   * @param observer is told when the tower gets fewer tiles for lack of memory
   * @param times adds up where the time goes; started and read by the caller
   */
  public S2Forward(Tower tower, TensorOps ops, MemoryObserver observer, PhaseTimes times) {
    this.tower = tower;
    this.ops = ops;
    this.times = times;
    this.limits = new ChunkLimits(observer);
  }

  /**
   * Upstream's {@code forward} on a batch that is in memory.
   *
   * @param images {@code [B, 3, H, W]} float32 or float16, normalised RGB, at least one
   * @return {@link S2Plan#resultShape} float32, in the manager of {@code images}
   * @throws InvalidOptionsException when the options don't fit the images or the tower; names every
   *     problem, before any work is done
   * @throws OutOfDeviceMemoryException when the device's memory is too small even for single tiles
   */
  public NDArray forward(NDArray images, S2Options options) {
    Shape shape = images.getShape();
    S2Plan plan = plan(images, options);
    ImageSource source =
        (frame, scope) -> {
          NDArray image = images.get(new NDIndex("{}:{}", frame, frame + 1));
          image.attach(scope);
          return image;
        };
    return forward(plan, (int) shape.get(0), source, images.getManager());
  }

  private S2Plan plan(NDArray images, S2Options options) {
    Shape shape = images.getShape();
    var problems = new ArrayList<String>();
    if (!INPUT_TYPES.contains(images.getDataType())) {
      problems.add("the input must be float32 or float16, not " + images.getDataType());
    }
    if (shape.dimension() != 4) {
      problems.add(
          "the input must be [B, C, H, W], not of rank " + shape.dimension() + " " + shape);
      problems.addAll(options.problems());
      throw new InvalidOptionsException(problems);
    }
    if (shape.get(0) < 1) {
      problems.add("the input has no images");
    }
    if (shape.get(1) != 3) {
      problems.add("the input must have 3 channels (RGB), not " + shape.get(1));
    }
    return S2Plan.of(
        options, new ImageSize((int) shape.get(2), (int) shape.get(3)), tower, problems);
  }

  /**
   * Runs a plan.
   *
   * @param frames number of images, at least 1
   * @param manager that the result is attached to; nothing else is left in it
   * @return {@link S2Plan#resultShape} float32
   * @throws OutOfDeviceMemoryException when the device's memory is too small even for single tiles
   */
  public NDArray forward(S2Plan plan, int frames, ImageSource images, NDManager manager) {
    TorchSettings.prepareThread();
    try {
      NDArray out = manager.zeros(plan.resultShape(frames), DataType.FLOAT32);
      try {
        fill(out, plan, frames, images);
        return out;
      } catch (RuntimeException e) {
        out.close();
        throw e;
      }
    } catch (EngineException e) {
      if (!OutOfDeviceMemoryException.isReportedBy(e)) {
        throw e;
      }
      throw new OutOfDeviceMemoryException(
          "the memory of "
              + tower.device()
              + " is too small for the images and features of "
              + frames
              + " frames at once; give it fewer frames or smaller scales",
          e);
    }
  }

  private void fill(NDArray out, S2Plan plan, int frames, ImageSource images) {
    try (NDManager scope = out.getManager().newSubManager()) {
      List<TileBuffer> buffers = buffers(plan, frames, new PooledFeatures(plan, ops, out, scope));
      times.end(Phase.PREPARE);
      for (int frame = 0; frame < frames; frame++) {
        try (NDManager imageScope = scope.newSubManager()) {
          cut(images.image(frame, imageScope), frame, plan, buffers);
        }
      }
      // A buffer stands there once per scale that uses it; flushing an empty one does nothing.
      buffers.forEach(TileBuffer::flush);
    }
  }

  /**
   * The buffer of each scale; scales of one tile size share one, so a tower of fixed size has one
   * in all.
   */
  private List<TileBuffer> buffers(S2Plan plan, int frames, PooledFeatures features) {
    int planned = plan.tilesPerForward(frames);
    var bySize = new HashMap<Integer, TileBuffer>();
    return plan.scales().stream()
        .map(
            scale ->
                bySize.computeIfAbsent(
                    scale.tileSize(),
                    size ->
                        new TileBuffer(
                            tower,
                            ops,
                            limits,
                            times,
                            features::place,
                            features.scope(),
                            planned,
                            size)))
        .toList();
  }

  private void cut(NDArray image, int frame, S2Plan plan, List<TileBuffer> buffers) {
    for (int index = 0; index < plan.scales().size(); index++) {
      new ScaleCutter(ops, times, plan.input(), plan.scales().get(index))
          .cut(image, frame, index, buffers.get(index));
    }
  }
}
