package io.s2stream.cli.extract;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.TensorType;
import io.s2stream.schemas.tensor.FeatureTensor;

/**
 * The entries of one feature record, as they are or in float32; of pooled frames the first counts.
 */
final class RecordSeries implements FeatureSeries {
  private final FeatureRecord record;
  private final FeatureTensor tensor;
  private final TensorType dtype;

  /**
   * @param dtype the record's own or FLOAT32
   * @throws IllegalArgumentException if the record contradicts itself
   */
  RecordSeries(FeatureRecord record, TensorType dtype) {
    this.record = record;
    this.tensor = FeatureTensor.of(record);
    this.dtype = dtype;
  }

  @Override
  public TensorType dtype() {
    return dtype;
  }

  @Override
  public long[] shape() {
    return Arrays.stream(tensor.shape()).asLongStream().toArray();
  }

  @Override
  public long featureBytes() {
    return (long) FeatureTensor.bytesPerElement(dtype)
        * tensor.frames()
        * tensor.tokens()
        * tensor.channels();
  }

  @Override
  public Map<String, String> metadata() {
    Map<String, String> metadata = new TreeMap<>();
    metadata.put("stream_id", record.getStreamId());
    metadata.put("grid", record.getGrid().toString());
    metadata.put("prefix_tokens", Integer.toString(record.getPrefixTokens()));
    metadata.put("pool", record.getPool().toString());
    metadata.put("image_sizes", record.getImageSizes().toString());
    metadata.put("dtype_on_the_wire", record.getDtype().name());
    metadata.put("tower", record.getTower());
    metadata.put("tower_sha256", record.getTowerSha256());
    metadata.put("processor_version", record.getProcessorVersion());
    return metadata;
  }

  @Override
  public void writeFeatures(OutputStream out) throws IOException {
    if (dtype == record.getDtype()) {
      ByteBuffer data = record.getData().duplicate();
      byte[] bytes = new byte[Math.min(1 << 16, data.remaining())];
      while (data.hasRemaining()) {
        int count = Math.min(bytes.length, data.remaining());
        data.get(bytes, 0, count);
        out.write(bytes, 0, count);
      }
      return;
    }
    float[] values = new float[tensor.channels()];
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int frame = 0; frame < tensor.frames(); frame++) {
      for (int token = 0; token < tensor.tokens(); token++) {
        tensor.token(frame, token).copyTo(values, 0);
        bytes.asFloatBuffer().put(values);
        out.write(bytes.array());
      }
    }
  }

  @Override
  public void writePts(OutputStream out) throws IOException {
    for (int entry = 0; entry < tensor.frames(); entry++) {
      out.write(FeatureSeries.littleEndian(first(entry).getPtsMicros()));
    }
  }

  @Override
  public void writeIndexes(OutputStream out) throws IOException {
    for (int entry = 0; entry < tensor.frames(); entry++) {
      out.write(FeatureSeries.littleEndian(first(entry).getIndex()));
    }
  }

  private FrameInfo first(int entry) {
    return tensor.framesOf(entry).get(0);
  }
}
