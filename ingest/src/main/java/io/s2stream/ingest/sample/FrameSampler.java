package io.s2stream.ingest.sample;

/**
 * Chooses which decoded frames are sampled. One per reading of a stream; not thread-safe.
 *
 * <p>Most rules decide on a frame when they see it. One that has to see the next frame first lets
 * the caller hold it: for each decoded frame ask {@link #releases} and {@link #choose}, in this
 * order, and {@link #releasesAtEnd} at the end.
 */
public interface FrameSampler {

  /** What to do with a frame. */
  enum Choice {
    SKIP,
    /** Sample it now; a frame that is held is not wanted. */
    TAKE,
    /** Hold it instead of one that may be held already. */
    HOLD
  }

  /**
   * Decides on the next decoded frame, after {@link #releases} for the one before.
   *
   * @param ptsMicros its time from the start of the stream
   */
  Choice choose(long ptsMicros);

  /** Returns whether the held frame is to be sampled now that one of this time was decoded. */
  default boolean releases(long ptsMicros) {
    return false;
  }

  /**
   * Returns whether the held frame is to be sampled when no other follows.
   *
   * @param frameMicros how long the held frame is shown
   */
  default boolean releasesAtEnd(long frameMicros) {
    return false;
  }

  /** Returns how many times in a row the frame that was taken last is to be sampled; at least 1. */
  default int copies() {
    return 1;
  }

  /** Returns whether nothing that may still be decoded is going to be taken. */
  default boolean finished() {
    return false;
  }
}
