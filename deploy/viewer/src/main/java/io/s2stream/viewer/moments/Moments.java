package io.s2stream.viewer.moments;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What was shown of all streams, as far as time and memory allow. Over the memory the oldest goes,
 * whosever it is; by age all go but a stream's newest. Thread-safe.
 */
public final class Moments {
  /** What a picture is taken to need before it is there. */
  static final int PICTURE_BYTES = 16 << 10;

  private record Kept(int stream, Moment moment) {}

  private final long maxBytes;
  private final Duration maxAge;
  private final Deque<Kept> all = new ArrayDeque<>(); // oldest first
  private final Map<Integer, ArrayDeque<Moment>> byStream = new HashMap<>();
  private long bytes;

  public Moments(long maxBytes, Duration maxAge) {
    this.maxBytes = maxBytes;
    this.maxAge = maxAge;
  }

  /**
   * @param stream its handle
   */
  public synchronized void add(int stream, Moment moment) {
    all.addLast(new Kept(stream, moment));
    byStream.computeIfAbsent(stream, s -> new ArrayDeque<>()).addLast(moment);
    bytes += moment.count();
    forgetOldest();
    forgetOld(moment.arrivalMillis() - maxAge.toMillis());
  }

  /**
   * Gives a moment its small picture; kept, not copied. A frame that is a JPEG stays as it is,
   * which can be more than its features.
   */
  public synchronized void show(Moment moment, byte[] jpeg) {
    long before = moment.counted();
    moment.show(jpeg);
    if (before > 0) {
      bytes += moment.count() - before;
      forgetOldest();
    }
  }

  private void forgetOldest() {
    while (bytes > maxBytes && all.size() > 1) {
      remove(all.removeFirst());
    }
  }

  private void forgetOld(long before) {
    Iterator<Kept> oldest = all.iterator();
    while (oldest.hasNext()) {
      Kept kept = oldest.next();
      if (kept.moment().arrivalMillis() >= before) {
        return;
      }
      if (newest(kept.stream()) != kept.moment()) {
        oldest.remove();
        remove(kept);
      }
    }
  }

  private void remove(Kept kept) {
    bytes -= kept.moment().counted();
    kept.moment().uncount();
    ArrayDeque<Moment> own = byStream.get(kept.stream());
    if (own != null) {
      own.remove(kept.moment());
      if (own.isEmpty()) {
        byStream.remove(kept.stream());
      }
    }
  }

  /** The newest of a stream; null if none is held. */
  public synchronized @Nullable Moment newest(int stream) {
    ArrayDeque<Moment> own = byStream.get(stream);
    return own == null ? null : own.peekLast();
  }

  /** The moment of a frame; null if it isn't held (any more). If there are several, the newest. */
  public synchronized @Nullable Moment at(int stream, long index) {
    ArrayDeque<Moment> own = byStream.get(stream);
    if (own != null) {
      for (Iterator<Moment> it = own.descendingIterator(); it.hasNext(); ) {
        Moment moment = it.next();
        if (moment.index() == index) {
          return moment;
        }
      }
    }
    return null;
  }

  /** Those of a stream, oldest first. */
  public synchronized List<Moment> of(int stream) {
    ArrayDeque<Moment> own = byStream.get(stream);
    return own == null ? List.of() : new ArrayList<>(own);
  }

  /** The newest of each stream by its handle. */
  public synchronized Map<Integer, Moment> newest() {
    Map<Integer, Moment> newest = new HashMap<>();
    byStream.forEach((stream, own) -> newest.put(stream, own.getLast()));
    return newest;
  }

  /** Heap taken, about. */
  public synchronized long bytes() {
    return bytes;
  }
}
