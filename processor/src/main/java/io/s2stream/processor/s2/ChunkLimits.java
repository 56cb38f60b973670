package io.s2stream.processor.s2;

import java.util.HashMap;
import java.util.Map;

import ai.djl.Device;
import ai.djl.engine.EngineException;

/**
 * How many tiles at once the device's memory has turned out to hold; kept for as long as the
 * forward lives. Not thread-safe.
 */
final class ChunkLimits {
  private final Map<Integer, Integer> limits = new HashMap<>();
  private final MemoryObserver observer;

  ChunkLimits(MemoryObserver observer) {
    this.observer = observer;
  }

  /** Number of tiles to give the tower where the plan wants this many. */
  int limit(int tileSize, int planned) {
    return Math.min(planned, limits.getOrDefault(tileSize, Integer.MAX_VALUE));
  }

  /**
   * Halves the limit after a failure.
   *
   * @throws OutOfDeviceMemoryException when it was a single tile that didn't fit
   */
  void halve(int tileSize, int failedTiles, Device device, EngineException cause) {
    if (failedTiles <= 1) {
      throw new OutOfDeviceMemoryException(
          "not even one tile of "
              + tileSize
              + "x"
              + tileSize
              + " pixels fits the memory of "
              + device
              + "; give it more, use a smaller tower or one in float16, or leave more of the device to this process",
          cause);
    }
    int next = failedTiles / 2;
    limits.put(tileSize, next);
    observer.onFewerTiles(tileSize, failedTiles, next);
  }
}
