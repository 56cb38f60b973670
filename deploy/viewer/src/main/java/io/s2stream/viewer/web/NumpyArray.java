package io.s2stream.viewer.web;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.TensorType;
import io.s2stream.schemas.tensor.FeatureTensor;

/** The features of one frame as a NumPy file, version 1.0 of the format. */
final class NumpyArray {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int ALIGNMENT = 64;

  private NumpyArray() {}

  /**
   * The tensor {@code [N, C]} of a frame, or of those it was pooled with, prefix tokens included:
   * float16 and float32 as they are in the record, other types as float32, which holds their values
   * exactly.
   *
   * @throws IllegalArgumentException if the record doesn't fit itself or has no such frame
   */
  static byte[] of(FeatureRecord record, int frame) {
    FeatureTensor tensor = FeatureTensor.of(record);
    if (frame < 0 || frame >= record.getFrames().size()) {
      throw new IllegalArgumentException("no frame " + frame + " in this record");
    }
    int entry = tensor.entryOf(frame);
    boolean half = tensor.dtype() == TensorType.FLOAT16;
    int elements = tensor.tokens() * tensor.channels();
    byte[] header = header(half ? "<f2" : "<f4", tensor.tokens(), tensor.channels());
    ByteBuffer file =
        ByteBuffer.allocate(header.length + elements * (half ? 2 : 4))
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(header);
    if (half) {
      return file.put(record.getData().slice().slice(2 * entry * elements, 2 * elements)).array();
    }
    float[] token = new float[tensor.channels()];
    for (int n = 0; n < tensor.tokens(); n++) {
      tensor.token(entry, n).copyTo(token, 0);
      for (float value : token) {
        file.putFloat(value);
      }
    }
    return file.array();
  }

  private static byte[] header(String type, int tokens, int channels) {
    String text =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%d, %d), }"
            .formatted(type, tokens, channels);
    int before = MAGIC.length + Short.BYTES;
    int length = (before + text.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - before;
    String padded = text + " ".repeat(length - text.length() - 1) + "\n";
    return ByteBuffer.allocate(before + length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .putShort((short) length)
        .put(padded.getBytes(StandardCharsets.US_ASCII))
        .array();
  }
}
