package io.s2stream.ingest.source;

/**
 * What a {@link VideoReader} counts while it works; called on the reading thread, and on those that
 * work ahead for it. Before the reader gives a frame or its end, all of what precedes that was
 * told.
 */
public interface ReaderEvents {

  /** Ignores everything. */
  ReaderEvents NONE = new ReaderEvents() {};

  /** A frame with a time left the decoder, sampled or not. */
  default void decoded(long ptsMicros) {}

  /** A decoded frame was dropped because its time is not known: a live source's first frames. */
  default void dropped() {}

  /** The camera's clock is too far off to be used for this frame's capture time. */
  default void clockRefused() {}

  /** A chosen frame was dropped because it hardly differs from the last one that went on. */
  default void nearDuplicate() {}

  /** A packet could not be read or decoded, or a frame is marked as damaged. Reading goes on. */
  default void decodeError() {}

  /** The video ended although its header promised more. */
  default void endedEarly(long lastPtsMicros, long declaredMicros) {}
}
