package io.s2stream.processor.extract;

import io.s2stream.processor.s2.MemoryObserver;
import io.s2stream.processor.s2.PhaseTimes;

/** Watches an extractor at work; called on the thread that extracts. */
public interface ExtractionObserver extends MemoryObserver {
  ExtractionObserver NONE =
      new ExtractionObserver() {
        @Override
        public void onTileLimit(int tiles) {}

        @Override
        public void onFewerTiles(int tileSize, int failedTiles, int nextTiles) {}

        @Override
        public void onForward(PhaseTimes times) {}
      };

  /**
   * How many tiles the tower will be given at once, until {@link #onFewerTiles} says fewer. Called
   * once, when the extractor is made.
   *
   * @param tiles 0 = no limit but the batch's tiles
   */
  void onTileLimit(int tiles);

  /**
   * A forward that went well.
   *
   * @param times valid during the call only
   */
  void onForward(PhaseTimes times);
}
