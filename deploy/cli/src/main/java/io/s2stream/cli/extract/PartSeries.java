package io.s2stream.cli.extract;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Map;

import io.s2stream.processor.extract.FeatureLayout;
import io.s2stream.schemas.TensorType;

/**
 * All frames of a video, in the part file.
 *
 * @param part holds them
 * @param layout of each entry's features
 * @param metadata what else is to be known of them
 */
record PartSeries(PartFile part, FeatureLayout layout, Map<String, String> metadata)
    implements FeatureSeries {

  @Override
  public TensorType dtype() {
    return layout.dtype();
  }

  @Override
  public long[] shape() {
    return new long[] {part.entries(), layout.tokens(), layout.channels()};
  }

  @Override
  public long featureBytes() {
    return part.entries() * part.featureBytes();
  }

  @Override
  public void writeFeatures(OutputStream out) throws IOException {
    byte[] entry = new byte[part.featureBytes()];
    for (long i = 0; i < part.entries(); i++) {
      part.readFeatures(i, ByteBuffer.wrap(entry));
      out.write(entry);
    }
  }

  @Override
  public void writePts(OutputStream out) throws IOException {
    for (long i = 0; i < part.entries(); i++) {
      out.write(FeatureSeries.littleEndian(part.ptsMicros(i)));
    }
  }

  @Override
  public void writeIndexes(OutputStream out) throws IOException {
    for (long i = 0; i < part.entries(); i++) {
      out.write(FeatureSeries.littleEndian(i * layout.pool().t()));
    }
  }
}
