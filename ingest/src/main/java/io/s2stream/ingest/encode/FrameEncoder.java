package io.s2stream.ingest.encode;

import java.nio.ByteBuffer;

import io.s2stream.ingest.source.VideoFrame;
import io.s2stream.schemas.PixelEncoding;

/** Writes one frame's pixels as they travel in a record. Not thread-safe; the owner closes it. */
public interface FrameEncoder extends AutoCloseable {

  /** Returns how {@link #encode}'s result is to be read. */
  PixelEncoding encoding();

  /**
   * Returns the encoded pixels in a buffer of their own; it may share the frame's array.
   *
   * @throws io.s2stream.ingest.libav.LibavException if libav can't encode the frame
   */
  ByteBuffer encode(VideoFrame frame);

  @Override
  default void close() {}
}
