package io.s2stream.processor.batch;

import java.nio.ByteBuffer;

import io.s2stream.processor.extract.FeatureLayout;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a feature record's tensor.
 *
 * @param data {@code [B, N, C]}
 * @param tokenScales {@code [B, N]} float32, for INT8 only
 */
record Payload(ByteBuffer data, @Nullable ByteBuffer tokenScales) {

  /**
   * Parts what the extractor wrote, which for INT8 is each frame's values with its scales behind
   * them. One frame's parts are taken as they lie; of more frames, values close up in place.
   *
   * @param written of {@code frames * layout.bytesPerFrame()} bytes; taken over
   */
  static Payload of(FeatureLayout layout, int frames, ByteBuffer written) {
    int scaleBytes = layout.scaleBytesPerFrame();
    if (scaleBytes == 0) {
      return new Payload(written, null);
    }
    int valueBytes = layout.bytesPerFrame() - scaleBytes;
    if (frames == 1) {
      return new Payload(written.slice(0, valueBytes), written.slice(valueBytes, scaleBytes));
    }
    ByteBuffer scales = ByteBuffer.allocate(frames * scaleBytes);
    for (int frame = 0; frame < frames; frame++) {
      int start = frame * layout.bytesPerFrame();
      scales.put(written.slice(start + valueBytes, scaleBytes));
      // Copied to the left, by memmove: what it covers is values that moved already, and scales.
      written.put(frame * valueBytes, written, start, valueBytes);
    }
    return new Payload(written.slice(0, frames * valueBytes), scales.flip());
  }
}
