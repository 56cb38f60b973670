package io.s2stream.processor.extract;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import ai.djl.engine.EngineException;
import io.s2stream.processor.s2.ImageSize;
import io.s2stream.processor.s2.InvalidOptionsException;
import io.s2stream.processor.s2.OutputShape;
import io.s2stream.processor.s2.S2Options;
import io.s2stream.processor.s2.S2Plan;
import io.s2stream.processor.s2.SplitMode;
import io.s2stream.processor.tower.TileFeatures.FeatureMap;
import io.s2stream.processor.tower.Tower;
import io.s2stream.processor.tower.TowerSpec;
import io.s2stream.schemas.TensorType;

/**
 * The plan for each size of frame, kept for the sizes seen last.
 *
 * <p>Upstream's scales multiply the size of the image given. Frames come in whatever size ingest
 * was told to send, so here scales multiply the tower's input size: with a tower of 224 pixels and
 * scales [1, 2] every square frame is resized to 224 and 448, and a frame of 448 is the best to
 * send. Thread-safe.
 */
final class FramePlans {
  private static final int KEPT = 64;

  private final S2Config config;
  private final PoolConfig pool;
  private final TensorType dtype;
  private final Tower tower;
  private final OutputShape outputShape;
  private final S2Plan nominal;
  private final Map<ImageSize, S2Plan> plans = new LinkedHashMap<>(KEPT, 0.75f, true);

  /**
   * @param pool what becomes one in the result
   * @param dtype of the result
   * @throws InvalidOptionsException when the options can't work with this tower, whatever the
   *     frames
   */
  FramePlans(S2Config config, PoolConfig pool, TensorType dtype, Tower tower) {
    this.config = config;
    this.pool = pool;
    this.dtype = dtype;
    this.tower = tower;
    checkTower();
    int base = tower.spec().inputSize() == 0 ? tileSize() : tower.spec().inputSize();
    outputShape = outputShape(tower, base);
    // A frame of the tower's own size fits whenever the options do.
    nominal = create(ImageSize.square(base));
  }

  /**
   * Of tokens, where the tower fails on a tile of this size: the plan's tiles may be others, and if
   * it fails on those too, the plan says what is wrong.
   */
  private static OutputShape outputShape(Tower tower, int tileSize) {
    try {
      return tower.describe(tileSize) instanceof FeatureMap ? OutputShape.BCHW : OutputShape.BNC;
    } catch (EngineException | IllegalArgumentException e) {
      return OutputShape.BNC;
    }
  }

  /** The plan for square frames. */
  S2Plan nominal() {
    return nominal;
  }

  private void checkTower() {
    TowerSpec spec = tower.spec();
    var problems = new ArrayList<String>();
    if (config.numPrefixToken() != null
        && spec.prefixTokens() != TowerSpec.UNKNOWN
        && config.numPrefixToken() != spec.prefixTokens()) {
      problems.add(
          "num-prefix-token is "
              + config.numPrefixToken()
              + ", the tower "
              + spec.name()
              + " says option.s2.prefixTokens="
              + spec.prefixTokens());
    }
    if (spec.inputSize() == 0 && (config.imgSizes() == null || config.maxSplitSize() == null)) {
      problems.add(
          "the tower "
              + spec.name()
              + " has no input size of its own (option.s2.inputSize): give img-sizes and max-split-size");
    }
    if (!problems.isEmpty()) {
      throw new InvalidOptionsException(problems);
    }
  }

  /**
   * The plan for frames of this size.
   *
   * @throws FrameRejectedException when there can be none; the message says why
   */
  S2Plan plan(int height, int width) throws FrameRejectedException {
    var size = new ImageSize(height, width);
    synchronized (plans) {
      S2Plan known = plans.get(size);
      if (known != null) {
        return known;
      }
      try {
        S2Plan plan = create(size);
        if (plans.size() == KEPT) {
          plans.remove(plans.keySet().iterator().next());
        }
        plans.put(size, plan);
        return plan;
      } catch (InvalidOptionsException e) {
        throw new FrameRejectedException(
            "a frame of " + size + " (h x w) can't be processed: " + e.getMessage());
      }
    }
  }

  private S2Plan create(ImageSize frame) {
    S2Plan plan = S2Plan.of(options(frame), frame, tower);
    try {
      FeatureLayout unused = layout(plan);
    } catch (IllegalArgumentException e) {
      throw new InvalidOptionsException(List.of(String.valueOf(e.getMessage())));
    }
    return plan;
  }

  /** What the features of one of these plans look like. */
  FeatureLayout layout(S2Plan plan) {
    List<int[]> sizes =
        plan.scales().stream().map(s -> new int[] {s.image().height(), s.image().width()}).toList();
    int rows = pool.rows(plan.grid().height());
    int columns = pool.columns(plan.grid().width());
    int prefixTokens = plan.options().numPrefixToken();
    return new FeatureLayout(
        prefixTokens + rows * columns,
        plan.channels(),
        rows,
        columns,
        prefixTokens,
        dtype,
        sizes,
        pool);
  }

  private S2Options options(ImageSize frame) {
    return new S2Options(
        null,
        imageSizes(frame),
        tileSize(),
        config.splitMode(),
        config.outputIdx(),
        prefixTokens(),
        outputShape,
        config.splitForward(),
        config.splitForward() ? config.maxTilesPerForward() : 0);
  }

  private int prefixTokens() {
    if (config.numPrefixToken() != null) {
      return config.numPrefixToken();
    }
    return Math.max(0, tower.spec().prefixTokens());
  }

  private int tileSize() {
    return config.maxSplitSize() == null ? tower.spec().inputSize() : config.maxSplitSize();
  }

  private List<ImageSize> imageSizes(ImageSize frame) {
    List<ImageSize> sizes = config.imageSizes();
    List<Double> scales = config.scales();
    if (sizes != null || scales == null) {
      return sizes == null ? List.of() : sizes;
    }
    double side = tower.spec().inputSize();
    double shorter = Math.min(frame.height(), frame.width());
    // Frames that aren't square keep their shape where the mode allows it; in mode exact they are
    // refused later.
    boolean keepShape = config.splitMode() != SplitMode.EXACT;
    double height = keepShape ? side * frame.height() / shorter : side;
    double width = keepShape ? side * frame.width() / shorter : side;
    return scales.stream()
        .map(scale -> new ImageSize((int) (height * scale), (int) (width * scale)))
        .toList();
  }
}
