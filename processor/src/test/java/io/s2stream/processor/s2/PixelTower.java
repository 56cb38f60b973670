package io.s2stream.processor.s2;

import java.util.ArrayList;
import java.util.List;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.s2stream.processor.tower.CpuThreads;
import io.s2stream.processor.tower.TileFeatures;
import io.s2stream.processor.tower.Tower;
import io.s2stream.processor.tower.TowerSpec;

/**
 * A tower whose features are the pixels themselves, so that what goes in must come out. Remembers
 * its batch sizes.
 */
final class PixelTower implements Tower {
  final List<Integer> batchSizes = new ArrayList<>();

  private final NDManager manager;

  PixelTower() {
    CpuThreads.set(1);
    manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
  }

  @Override
  public TowerSpec spec() {
    return new TowerSpec(
        "pixels", "", 0, 0, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f), DataType.FLOAT32);
  }

  @Override
  public TileFeatures describe(int tileSize) {
    return new TileFeatures.FeatureMap(3, tileSize, tileSize);
  }

  @Override
  public NDArray features(NDArray tiles) {
    batchSizes.add((int) tiles.getShape().get(0));
    return tiles.duplicate();
  }

  @Override
  public Device device() {
    return Device.cpu();
  }

  @Override
  public NDManager newManager() {
    return manager.newSubManager();
  }

  @Override
  public void close() {
    manager.close();
  }
}
