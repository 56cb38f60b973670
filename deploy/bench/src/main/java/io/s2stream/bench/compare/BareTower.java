package io.s2stream.bench.compare;

import java.nio.file.Path;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.s2stream.processor.tower.TorchSettings;
import io.s2stream.processor.tower.TorchTower;
import io.s2stream.processor.tower.TowerLoadException;

/** The tower alone, on the CPU: the least that the same number of tiles can take. */
final class BareTower implements AutoCloseable {
  private final TorchTower tower;

  private BareTower(TorchTower tower) {
    this.tower = tower;
  }

  static BareTower load(Path model) throws TowerLoadException {
    return new BareTower(TorchTower.load(model, Device.cpu()));
  }

  String name() {
    return tower.spec().name();
  }

  /** Side of its tiles, px. */
  int inputSize() {
    return tower.spec().inputSize();
  }

  /** Runs so many tiles of zeros, k at a time; returns the seconds. */
  double seconds(int tiles, int k) {
    TorchSettings.prepareThread();
    int side = inputSize();
    long start = System.nanoTime();
    for (int done = 0; done < tiles; done += k) {
      try (NDManager scope = tower.newManager()) {
        Shape shape = new Shape(Math.min(k, tiles - done), 3, side, side);
        NDArray features = tower.features(scope.zeros(shape, tower.spec().tileType()));
        // Read, as a device may work on by itself.
        var unused = features.flatten().get(0).toType(DataType.FLOAT32, false).toFloatArray();
      }
    }
    return (System.nanoTime() - start) / 1e9;
  }

  @Override
  public void close() {
    tower.close();
  }
}
