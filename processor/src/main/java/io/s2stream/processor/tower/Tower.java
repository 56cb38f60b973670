package io.s2stream.processor.tower;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * A frozen vision backbone that turns tiles into features.
 *
 * <p>Thread-safe, but for {@link #close}. Each run needs memory of its own.
 */
public interface Tower extends AutoCloseable {

  /** What the tower expects of its tiles and who made it. */
  TowerSpec spec();

  /**
   * Shape of the features of one square tile; may run the tower once.
   *
   * @param tileSize pixels
   */
  TileFeatures describe(int tileSize);

  /**
   * Runs the tower.
   *
   * @param tiles {@code [k, 3, h, w]}, {@link TowerSpec#tileType}, normalised RGB, on the tower's
   *     device
   * @return {@code [k, N, C]} or {@code [k, C, h', w']}, attached to the manager of {@code tiles}
   * @throws ai.djl.engine.EngineException when the run fails, also for lack of memory
   */
  NDArray features(NDArray tiles);

  /** Where the tower runs. */
  Device device();

  /** A new manager on the tower's device; the caller closes it. */
  NDManager newManager();

  @Override
  void close();
}
