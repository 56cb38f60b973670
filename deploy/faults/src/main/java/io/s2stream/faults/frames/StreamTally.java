package io.s2stream.faults.frames;

import java.util.BitSet;

/**
 * Counts one stream's frames as their features arrive. A frame is in order when all frames before
 * it have appeared at least once; that is the promise of both guarantees. Not thread-safe.
 */
final class StreamTally {
  private final int expected;
  private final BitSet seen = new BitSet();
  private int distinct;
  private int firstMissing;
  private long duplicated;
  private long disordered;
  private long foreign;

  /**
   * @param expected number of frames, with indexes from 0
   */
  StreamTally(int expected) {
    this.expected = expected;
  }

  void add(long index) {
    if (index < 0 || index >= expected) {
      foreign++;
      return;
    }
    int i = (int) index;
    if (seen.get(i)) {
      duplicated++;
    } else {
      if (firstMissing < i) {
        disordered++;
      }
      seen.set(i);
      distinct++;
      firstMissing = seen.nextClearBit(firstMissing);
    }
  }

  /** Different frames that arrived. */
  int distinct() {
    return distinct;
  }

  long duplicated() {
    return duplicated;
  }

  long disordered() {
    return disordered;
  }

  /** Frames that were never sent. */
  long foreign() {
    return foreign;
  }
}
