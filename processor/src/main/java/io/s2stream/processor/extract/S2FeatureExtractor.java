package io.s2stream.processor.extract;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.IntFunction;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.s2stream.processor.s2.ImageSource;
import io.s2stream.processor.s2.InvalidOptionsException;
import io.s2stream.processor.s2.Phase;
import io.s2stream.processor.s2.PhaseTimes;
import io.s2stream.processor.s2.S2Forward;
import io.s2stream.processor.s2.S2Plan;
import io.s2stream.processor.s2.TensorOps;
import io.s2stream.processor.tower.CpuThreads;
import io.s2stream.processor.tower.SharedTower;
import io.s2stream.processor.tower.TorchTower;
import io.s2stream.processor.tower.Tower;
import io.s2stream.processor.tower.TowerLoadException;
import io.s2stream.processor.tower.TowerSpec;
import io.s2stream.schemas.TensorType;

/** Extracts multiscale features with a vision tower, in this process. */
public final class S2FeatureExtractor implements FeatureExtractor {
  private final Tower tower;
  private final TensorOps ops;
  private final S2Forward forward;
  private final PhaseTimes times = new PhaseTimes();
  private final ExtractionObserver observer;
  private final FramePlans plans;
  private final BlockPooling pooling;
  private final WireTensor wire;
  private final NDArray mean; // [1, 3, 1, 1] float32
  private final NDArray std; // [1, 3, 1, 1] float32

  /** Ends what is this extractor's own, last made first. */
  private final Deque<Runnable> closers = new ArrayDeque<>();

  /**
   * Takes over the tower: it is closed by {@link #close}, and when this constructor fails.
   *
   * @throws InvalidOptionsException when options and tower don't fit each other
   * @throws IllegalArgumentException when the wire type is UNKNOWN
   */
  S2FeatureExtractor(
      Tower tower,
      S2Config config,
      PoolConfig pool,
      TensorType dtype,
      ExtractionObserver observer) {
    this.tower = tower;
    this.pooling = new BlockPooling(pool);
    this.observer = observer;
    closers.push(tower::close);
    try {
      wire = new WireTensor(dtype, tower.device());
      closers.push(wire::close);
      plans = new FramePlans(config, pool, dtype, tower);
      NDManager constants = tower.newManager();
      closers.push(constants::close);
      ops = TensorOps.load(constants.getDevice());
      closers.push(ops::close);
      forward = new S2Forward(tower, ops, observer, times);
      mean = perChannel(constants, tower.spec().imageMean());
      std = perChannel(constants, tower.spec().imageStd());
      observer.onTileLimit(config.splitForward() ? config.maxTilesPerForward() : 0);
    } catch (RuntimeException | Error e) {
      closers.forEach(Runnable::run);
      throw e;
    }
  }

  /**
   * Loads the tower and checks that the options fit it.
   *
   * @throws TowerLoadException when the tower can't be loaded
   * @throws InvalidOptionsException when options and tower don't fit each other; the message names
   *     every problem
   * @throws IllegalArgumentException when the wire type is UNKNOWN. Magnitudes over 65504 become
   *     infinite in FLOAT16; a token with a value that isn't finite becomes NaN in INT8
   */
  public static S2FeatureExtractor load(TowerConfig towerConfig, S2Config config, TensorType dtype)
      throws TowerLoadException {
    return load(towerConfig, config, PoolConfig.NONE, dtype, ExtractionObserver.NONE);
  }

  /**
   * As the shorter {@code load}.
   *
   * @param pool what becomes one, on the device
   * @param observer is told where the time goes, and when memory runs short
   */
  public static S2FeatureExtractor load(
      TowerConfig towerConfig,
      S2Config config,
      PoolConfig pool,
      TensorType dtype,
      ExtractionObserver observer)
      throws TowerLoadException {
    return load(towerConfig, towerConfig.djlDevices().get(0), config, pool, dtype, observer);
  }

  /**
   * As {@code load}, for each of the configuration's devices as often as it has instances.
   *
   * @param observers of the instance with this number, from 0
   * @return in the order of the devices; the caller closes all
   */
  public static List<FeatureExtractor> loadAll(
      TowerConfig towerConfig,
      S2Config config,
      PoolConfig pool,
      TensorType dtype,
      IntFunction<ExtractionObserver> observers)
      throws TowerLoadException {
    List<FeatureExtractor> loaded = new ArrayList<>();
    Deque<Tower> towers = new ArrayDeque<>();
    try {
      for (Device device : towerConfig.djlDevices()) {
        towers.addAll(
            SharedTower.among(tower(towerConfig, device), towerConfig.effectiveInstances(device)));
        while (!towers.isEmpty()) {
          ExtractionObserver observer = observers.apply(loaded.size());
          loaded.add(new S2FeatureExtractor(towers.remove(), config, pool, dtype, observer));
        }
      }
      return loaded;
    } catch (TowerLoadException | RuntimeException | Error e) {
      loaded.forEach(FeatureExtractor::close);
      towers.forEach(Tower::close);
      throw e;
    }
  }

  private static S2FeatureExtractor load(
      TowerConfig towerConfig,
      Device device,
      S2Config config,
      PoolConfig pool,
      TensorType dtype,
      ExtractionObserver observer)
      throws TowerLoadException {
    return new S2FeatureExtractor(tower(towerConfig, device), config, pool, dtype, observer);
  }

  private static Tower tower(TowerConfig config, Device device) throws TowerLoadException {
    CpuThreads.set(config.effectiveThreads());
    return TorchTower.load(config.modelDir(), device, config.sha256());
  }

  private static NDArray perChannel(NDManager constants, List<Float> values) {
    float[] numbers = {values.get(0), values.get(1), values.get(2)};
    return constants.create(numbers, new Shape(1, 3, 1, 1));
  }

  @Override
  public TowerInfo tower() {
    TowerSpec spec = tower.spec();
    return new TowerInfo(spec.name(), spec.sha256());
  }

  @Override
  public FeatureLayout layout(int height, int width) throws FrameRejectedException {
    return plans.layout(plans.plan(height, width));
  }

  /** That of square frames, which all have the same. */
  @Override
  public FeatureLayout nominalLayout() {
    return plans.layout(plans.nominal());
  }

  @Override
  public void extract(List<FrameBlock> blocks) {
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException("expected at least one block of frames");
    }
    if (tower.device().isGpu()) {
      forward(blocks);
    } else {
      CpuThreads.during(() -> forward(blocks));
    }
  }

  private void forward(List<FrameBlock> blocks) {
    List<RgbFrame> frames = blocks.stream().flatMap(block -> block.frames().stream()).toList();
    S2Plan plan = plan(frames);
    ImageSource images = (frame, scope) -> normalized(frames.get(frame), scope);
    times.start();
    try (NDManager scope = tower.newManager()) {
      NDArray features = forward.forward(plan, frames.size(), images, scope);
      NDArray pooled =
          pooling.apply(
              features,
              plans.layout(plan),
              plan.grid().height(),
              blocks.stream().map(block -> block.frames().size()).toList());
      wire.write(pooled, blocks.stream().map(FrameBlock::out).toList(), times);
    }
    observer.onForward(times);
  }

  private S2Plan plan(List<RgbFrame> frames) {
    RgbFrame first = frames.get(0);
    for (RgbFrame frame : frames) {
      if (frame.height() != first.height() || frame.width() != first.width()) {
        throw new IllegalArgumentException("all frames of a batch must have one size");
      }
    }
    try {
      return plans.plan(first.height(), first.width());
    } catch (FrameRejectedException e) {
      throw new IllegalArgumentException(
          "layout() would have rejected these frames: " + e.getMessage(), e);
    }
  }

  private NDArray normalized(RgbFrame frame, NDManager scope) {
    // slice(): DJL reads a direct buffer from its address on, whatever its position.
    NDArray pixels =
        scope.create(
            frame.pixels().slice(), new Shape(frame.height(), frame.width(), 3), DataType.UINT8);
    NDArray image = ops.normalize(pixels, mean, std);
    times.end(Phase.NORMALIZE);
    return image;
  }

  @Override
  public void close() {
    closers.forEach(Runnable::run);
  }
}
