package io.s2stream.processor.extract;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Frames whose features become one entry of a record's first axis: their mean, where there are
 * several.
 *
 * @param frames consecutive ones of a stream, at least one, all of one size
 * @param out gets the features; {@code remaining()} is {@link FeatureLayout#bytesPerFrame()}
 */
public record FrameBlock(List<RgbFrame> frames, ByteBuffer out) {
  public FrameBlock {
    frames = List.copyOf(frames);
    if (frames.isEmpty()) {
      throw new IllegalArgumentException("a block needs at least one frame");
    }
  }

  /** A block of its own for each frame. */
  public static List<FrameBlock> each(List<RgbFrame> frames, List<ByteBuffer> out) {
    if (frames.size() != out.size()) {
      throw new IllegalArgumentException(
          "expected one result buffer per frame, got "
              + frames.size()
              + " frames and "
              + out.size());
    }
    List<FrameBlock> blocks = new ArrayList<>();
    for (int i = 0; i < frames.size(); i++) {
      blocks.add(new FrameBlock(List.of(frames.get(i)), out.get(i)));
    }
    return blocks;
  }
}
