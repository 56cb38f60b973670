package io.s2stream.ingest.source;

/** What a {@link VideoReader} counts while it works; called on the reading thread. */
public interface ReaderEvents {

  /** Ignores everything. */
  ReaderEvents NONE = new ReaderEvents() {};

  /** A frame left the decoder, sampled or not. */
  default void decoded(long ptsMicros) {}

  /** A packet could not be decoded, or a frame is marked as damaged. Reading goes on. */
  default void decodeError() {}

  /** The video ended although its header promised more. */
  default void endedEarly(long lastPtsMicros, long declaredMicros) {}
}
