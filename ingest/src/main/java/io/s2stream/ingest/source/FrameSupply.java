package io.s2stream.ingest.source;

/** Gives the frames of one source in the order they are shown, each with its time. */
interface FrameSupply extends AutoCloseable {

  /**
   * Puts the next frame into {@code frame}; returns false at the end and ever after. It is marked
   * as a discontinuity if something was lost before it or the source's clock was set back.
   *
   * @throws SourceException if reading failed, stalled or was cancelled, or at the end if nothing
   *     at all could be decoded
   * @throws io.s2stream.ingest.libav.LibavException if there is no memory
   */
  boolean next(TimedFrame frame) throws SourceException;

  /** Returns the time of the last decoded frame. */
  long lastMicros();

  @Override
  void close();
}
