package io.s2stream.ingest.encode;

import java.nio.ByteBuffer;

import io.s2stream.ingest.source.VideoFrame;
import io.s2stream.schemas.PixelEncoding;

/** Passes the pixels on as they are, without a copy: 3·height·width bytes. */
public final class RawEncoder implements FrameEncoder {

  @Override
  public PixelEncoding encoding() {
    return PixelEncoding.RGB24;
  }

  @Override
  public ByteBuffer encode(VideoFrame frame) {
    return ByteBuffer.wrap(frame.rgb());
  }
}
