package io.s2stream.viewer.moments;

/** Whoever looks on. Thread-safe. */
public interface Audience {
  /** How a stream is looked at. */
  enum Interest {
    /** By nobody. */
    NONE,
    /** Beside others. */
    GLANCE,
    /** Alone. */
    FOCUS
  }

  /** The most interest that anybody has in a stream. */
  Interest interest(int stream);

  /** Counts up whenever interest may have changed. */
  long changes();

  /** There is something new to see of a stream. */
  void show(ShownStream stream, Moment moment);
}
