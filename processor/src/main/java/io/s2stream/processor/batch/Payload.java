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
   * Parts what the extractor wrote, which for INT8 is each entry's values with its scales behind
   * them. One entry's parts are taken as they lie; of more entries, values close up in place.
   *
   * @param entries of the first axis, B
   * @param written of {@code entries * layout.bytesPerFrame()} bytes; taken over
   */
  static Payload of(FeatureLayout layout, int entries, ByteBuffer written) {
    int scaleBytes = layout.scaleBytesPerFrame();
    if (scaleBytes == 0) {
      return new Payload(written, null);
    }
    int valueBytes = layout.bytesPerFrame() - scaleBytes;
    if (entries == 1) {
      return new Payload(written.slice(0, valueBytes), written.slice(valueBytes, scaleBytes));
    }
    ByteBuffer scales = ByteBuffer.allocate(entries * scaleBytes);
    for (int entry = 0; entry < entries; entry++) {
      int start = entry * layout.bytesPerFrame();
      scales.put(written.slice(start + valueBytes, scaleBytes));
      // Copied to the left, by memmove: what it covers is values that moved already, and scales.
      written.put(entry * valueBytes, written, start, valueBytes);
    }
    return new Payload(written.slice(0, entries * valueBytes), scales.flip());
  }
}
