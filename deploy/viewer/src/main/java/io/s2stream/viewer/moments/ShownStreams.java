package io.s2stream.viewer.moments;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** All streams that were seen, up to a number. Thread-safe. */
public final class ShownStreams {
  private final int max;
  private final Map<String, ShownStream> byId = new HashMap<>();
  private final List<ShownStream> byHandle = new ArrayList<>();
  private long leftOut;

  public ShownStreams(int max) {
    this.max = max;
  }

  /** The stream of this name, made if there is room; otherwise null. */
  public synchronized @Nullable ShownStream of(String id, TopicPartition partition) {
    ShownStream known = byId.get(id);
    if (known == null) {
      if (byHandle.size() >= max) {
        leftOut++;
        return null;
      }
      known = new ShownStream(byHandle.size(), id, partition);
      byId.put(id, known);
      byHandle.add(known);
    }
    known.seenIn(partition);
    return known;
  }

  /** Null if there is none. */
  public synchronized @Nullable ShownStream of(int handle) {
    return handle >= 0 && handle < byHandle.size() ? byHandle.get(handle) : null;
  }

  public synchronized List<ShownStream> all() {
    return List.copyOf(byHandle);
  }

  /** Whether there are streams beyond the number that is kept. */
  public synchronized boolean isFull() {
    return leftOut > 0;
  }
}
