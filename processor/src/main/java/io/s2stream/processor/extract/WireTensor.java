package io.s2stream.processor.extract;

import java.nio.ByteBuffer;
import java.util.List;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.s2stream.processor.s2.Phase;
import io.s2stream.processor.s2.PhaseTimes;
import io.s2stream.schemas.TensorType;

/** Writes results of the forward in the element type of the wire: one conversion and one copy. */
final class WireTensor {
  private final TensorType dtype;
  private final DataType djlType;

  /**
   * @throws IllegalArgumentException for a type that isn't offered yet
   */
  WireTensor(TensorType dtype) {
    this.dtype = dtype;
    this.djlType =
        switch (dtype) {
          case FLOAT32 -> DataType.FLOAT32;
          case FLOAT16 -> DataType.FLOAT16;
          case BFLOAT16, INT8, UNKNOWN ->
              throw new IllegalArgumentException(
                  "features can be written as FLOAT32 or FLOAT16, not as " + dtype);
        };
  }

  TensorType dtype() {
    return dtype;
  }

  /**
   * Writes frame i's part to {@code out.get(i)}, little endian.
   *
   * @param features {@code [B, N, C]} or {@code [B, C, H, W]} float32; its manager may keep
   *     temporary arrays
   * @param times gets what conversion and copy took
   */
  void write(NDArray features, List<ByteBuffer> out, PhaseTimes times) {
    NDArray tokens = features;
    if (features.getShape().dimension() == 4) {
      long channels = features.getShape().get(1);
      tokens = features.transpose(0, 2, 3, 1).reshape(out.size(), -1, channels);
    }
    NDArray converted = tokens.toType(djlType, false);
    times.end(Phase.CONVERT);
    for (int i = 0; i < out.size(); i++) {
      // The direct view is valid only as long as the array: it is copied before anything is closed.
      ByteBuffer bytes = converted.get(i).toByteBuffer(true);
      ByteBuffer target = out.get(i).duplicate();
      if (bytes.remaining() != target.remaining()) {
        throw new IllegalArgumentException(
            "result buffer "
                + i
                + " holds "
                + target.remaining()
                + " bytes, a frame has "
                + bytes.remaining());
      }
      target.put(bytes);
    }
    times.end(Phase.COPY);
  }
}
