package io.s2stream.cli.extract;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

import io.s2stream.schemas.TensorType;

/** Features of consecutive frames of one stream, wherever they lie; may be read more than once. */
interface FeatureSeries {

  /** FLOAT32, FLOAT16 or BFLOAT16. */
  TensorType dtype();

  /** {@code [B, N, C]}. */
  long[] shape();

  /** What {@link #writeFeatures} writes. */
  long featureBytes();

  /** What else is to be known of them. */
  Map<String, String> metadata();

  /** Writes the features, little endian, C order. */
  void writeFeatures(OutputStream out) throws IOException;

  /** Writes the PTS of each entry's first frame in microseconds, int64, little endian. */
  void writePts(OutputStream out) throws IOException;

  /**
   * Writes the index of each entry's first frame among the sampled frames, int64, little endian.
   */
  void writeIndexes(OutputStream out) throws IOException;

  /** A number as it stands in the files. */
  static byte[] littleEndian(long value) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }
}
