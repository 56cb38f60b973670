package io.s2stream.viewer.moments;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Whose pictures are to be made, in the order of their moments. What there is no room for is passed
 * over, but for the newest moment of each stream: its turn comes once nothing else waits. So a
 * burst costs pictures that nobody would have seen for long, and never the last one. Bounded by the
 * room and the number of streams. Thread-safe.
 */
final class WantedPictures {
  /** A moment without its picture. */
  record Wanted(ShownStream stream, Moment moment) {}

  private final int room;
  private final Moments moments;
  private final Deque<Wanted> waiting = new ArrayDeque<>(); // guarded by this
  private final Set<ShownStream> passedOver = new LinkedHashSet<>(); // guarded by this

  WantedPictures(int room, Moments moments) {
    this.room = room;
    this.moments = moments;
  }

  /**
   * Adds a moment.
   *
   * @return false if there is no room
   */
  synchronized boolean offer(ShownStream stream, Moment moment) {
    if (waiting.size() >= room) {
      passedOver.add(stream);
      return false;
    }
    waiting.addLast(new Wanted(stream, moment));
    notifyAll();
    return true;
  }

  /** Has the newest moment of a stream made up for, if its picture is missing. */
  synchronized void makeUpFor(ShownStream stream) {
    passedOver.add(stream);
    notifyAll();
  }

  /** Waits for the next. */
  synchronized Wanted take() throws InterruptedException {
    while (true) {
      Wanted next = waiting.isEmpty() ? newestPassedOver() : waiting.removeFirst();
      if (next != null) {
        return next;
      }
      wait();
    }
  }

  private @Nullable Wanted newestPassedOver() {
    Iterator<ShownStream> streams = passedOver.iterator();
    while (streams.hasNext()) {
      ShownStream stream = streams.next();
      streams.remove();
      Moment newest = moments.newest(stream.handle());
      if (newest != null && newest.picture() == null && newest.frames() != null) {
        return new Wanted(stream, newest);
      }
    }
    return null;
  }
}
