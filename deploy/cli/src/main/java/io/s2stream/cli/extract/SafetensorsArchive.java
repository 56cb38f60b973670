package io.s2stream.cli.extract;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.s2stream.schemas.TensorType;

/**
 * Hugging Face's {@code .safetensors}: length of the header, header in JSON, data of the tensors
 * without gaps. The 64-bit tensors come first, so that all are aligned.
 */
final class SafetensorsArchive implements FeatureArchive {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ALIGNMENT = 8;

  @Override
  public void write(FeatureSeries series, OutputStream out) throws IOException {
    long frames = series.shape()[0];
    ObjectNode header = JSON.createObjectNode();
    header.set("__metadata__", JSON.valueToTree(series.metadata()));
    long at = 0;
    at = tensor(header, "index", "I64", at, Long.BYTES * frames, frames);
    at = tensor(header, "pts_micros", "I64", at, Long.BYTES * frames, frames);
    tensor(header, "features", name(series.dtype()), at, series.featureBytes(), series.shape());
    byte[] json = JSON.writeValueAsBytes(header);
    byte[] padded = Arrays.copyOf(json, (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    out.write(
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(padded.length)
            .array());
    out.write(padded);
    series.writeIndexes(out);
    series.writePts(out);
    series.writeFeatures(out);
  }

  private static long tensor(
      ObjectNode header, String name, String dtype, long at, long bytes, long... shape) {
    ObjectNode tensor = header.putObject(name);
    tensor.put("dtype", dtype);
    tensor.set("shape", JSON.valueToTree(shape));
    tensor.putArray("data_offsets").add(at).add(at + bytes);
    return at + bytes;
  }

  private static String name(TensorType dtype) {
    return switch (dtype) {
      case FLOAT32 -> "F32";
      case FLOAT16 -> "F16";
      case BFLOAT16 -> "BF16";
      case INT8, UNKNOWN ->
          throw new IllegalArgumentException("features can't be stored as " + dtype);
    };
  }
}
