package io.s2stream.processor.tower;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** A tower that several own: its weights are there once, and closed with the last of them. */
public final class SharedTower implements Tower {
  private final Tower tower;
  private final AtomicInteger owners;
  private final AtomicBoolean closed = new AtomicBoolean();

  private SharedTower(Tower tower, AtomicInteger owners) {
    this.tower = tower;
    this.owners = owners;
  }

  /**
   * @param tower taken over
   * @param owners at least 1
   * @return the tower for each of them, to be closed by each
   */
  public static List<Tower> among(Tower tower, int owners) {
    AtomicInteger left = new AtomicInteger(owners);
    return Stream.<Tower>generate(() -> new SharedTower(tower, left)).limit(owners).toList();
  }

  @Override
  public TowerSpec spec() {
    return tower.spec();
  }

  @Override
  public TileFeatures describe(int tileSize) {
    return tower.describe(tileSize);
  }

  @Override
  public NDArray features(NDArray tiles) {
    return tower.features(tiles);
  }

  @Override
  public Device device() {
    return tower.device();
  }

  @Override
  public NDManager newManager() {
    return tower.newManager();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true) && owners.decrementAndGet() == 0) {
      tower.close();
    }
  }
}
