package io.s2stream.cli.extract;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

import io.s2stream.processor.extract.FeatureLayout;

/**
 * All frames of a video, in the part file.
 *
 * @param part holds them
 * @param layout of each frame's features
 * @param metadata what else is to be known of them
 */
record FeatureSeries(PartFile part, FeatureLayout layout, Map<String, String> metadata) {

  /** {@code [B, N, C]}. */
  long[] shape() {
    return new long[] {part.frames(), layout.tokens(), layout.channels()};
  }

  /** Writes the features, little endian, C order. */
  void writeFeatures(OutputStream out) throws IOException {
    byte[] frame = new byte[part.featureBytes()];
    for (long i = 0; i < part.frames(); i++) {
      part.readFeatures(i, ByteBuffer.wrap(frame));
      out.write(frame);
    }
  }

  /** Writes each frame's PTS in microseconds, int64, little endian. */
  void writePts(OutputStream out) throws IOException {
    for (long i = 0; i < part.frames(); i++) {
      out.write(littleEndian(part.ptsMicros(i)));
    }
  }

  /** Writes each frame's index among the sampled frames, int64, little endian. */
  void writeIndexes(OutputStream out) throws IOException {
    for (long i = 0; i < part.frames(); i++) {
      out.write(littleEndian(i));
    }
  }

  private static byte[] littleEndian(long value) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }
}
