package io.s2stream.processor.topology;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Recounts what a subscriber gets. Lost: never came. Disordered: came before one that belongs
 * before it had come at all; repeats are no disorder.
 */
final class OrderCheck {
  private final Map<Long, Long> next = new HashMap<>();
  private long records;
  private long repeated;
  private long disordered;
  private final List<String> gaps = new ArrayList<>();

  /**
   * @param stream any number
   * @param index from 0
   */
  void add(long stream, long index) {
    long expected = next.getOrDefault(stream, 0L);
    records++;
    if (index < expected) {
      repeated++;
    } else {
      if (index > expected) {
        disordered++;
        gaps.add("stream %d: %d came where %d was due".formatted(stream, index, expected));
      }
      next.put(stream, index + 1);
    }
  }

  /** True when each of so many streams came up to that index. */
  boolean complete(int streams, long perStream) {
    return next.size() == streams && next.values().stream().allMatch(n -> n >= perStream);
  }

  long records() {
    return records;
  }

  long repeated() {
    return repeated;
  }

  /** A gap that is filled later counts, and so does one that never is: a loss. */
  long disordered() {
    return disordered;
  }

  @Override
  public String toString() {
    return "records=%d repeated=%d disordered=%d ends=%s %s"
        .formatted(records, repeated, disordered, next, gaps);
  }
}
