package io.s2stream.meters;

import java.util.HashSet;
import java.util.Set;

/**
 * Gives the first streams a label of their own, as many as may be, and all others {@value #OTHER}:
 * the number of time series is bounded however many streams there are. Thread-safe.
 */
public final class StreamLabels {
  /** Label of the streams without one of their own. */
  public static final String OTHER = "other";

  private final int max;
  private final Set<String> own = new HashSet<>();

  /**
   * @param max streams with a label of their own; 0: none
   */
  public StreamLabels(int max) {
    this.max = max;
  }

  /** The value of the tag {@code stream} for this stream; stays the same until it is freed. */
  public synchronized String of(String stream) {
    return own.contains(stream) || (own.size() < max && own.add(stream)) ? stream : OTHER;
  }

  /** Leaves the label of a stream that is gone to another. */
  public synchronized void free(String stream) {
    own.remove(stream);
  }
}
