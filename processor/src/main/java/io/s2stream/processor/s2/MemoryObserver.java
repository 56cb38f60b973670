package io.s2stream.processor.s2;

/** Is told when the device's memory turns out to be smaller than the plan of a forward. */
@FunctionalInterface
public interface MemoryObserver {
  MemoryObserver NONE = (tileSize, failed, next) -> {};

  /**
   * The tower ran out of memory and will be given fewer tiles from now on. Called on the thread of
   * the forward, before it tries again.
   *
   * @param tileSize side of the tiles in pixels
   * @param failedTiles number of tiles that didn't fit
   * @param nextTiles number of tiles it takes at most from now on, at least 1
   */
  void onFewerTiles(int tileSize, int failedTiles, int nextTiles);
}
