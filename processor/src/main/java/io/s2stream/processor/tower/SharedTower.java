package io.s2stream.processor.tower;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** A tower that several own: its weights are there once, and closed with the last of them. */
public final class SharedTower implements Tower {
  private final Tower tower;
  private final AtomicInteger owners;

  private SharedTower(Tower tower, int owners) {
    this.tower = tower;
    this.owners = new AtomicInteger(owners);
  }

  /**
   * @param tower taken over
   * @return as many times the same tower, each to be closed once
   */
  public static List<Tower> among(Tower tower, int owners) {
    return owners == 1
        ? List.of(tower)
        : Collections.nCopies(owners, new SharedTower(tower, owners));
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
    if (owners.decrementAndGet() == 0) {
      tower.close();
    }
  }
}
