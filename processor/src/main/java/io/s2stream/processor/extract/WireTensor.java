package io.s2stream.processor.extract;

import java.nio.ByteBuffer;
import java.util.List;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.s2stream.processor.s2.Phase;
import io.s2stream.processor.s2.PhaseTimes;
import io.s2stream.processor.tower.ScriptModule;
import io.s2stream.schemas.TensorType;

import static io.s2stream.processor.tower.ScriptModule.of;

/**
 * Writes results of the forward in the element type of the wire: one conversion on the device and
 * one copy. One thread at a time.
 */
final class WireTensor implements AutoCloseable {
  private final TensorType dtype;
  private final ScriptModule conversions; // export_wire.py

  /**
   * @throws IllegalArgumentException for UNKNOWN
   */
  WireTensor(TensorType dtype, Device device) {
    if (dtype == TensorType.UNKNOWN) {
      throw new IllegalArgumentException("features can't be written as UNKNOWN");
    }
    this.dtype = dtype;
    this.conversions = ScriptModule.load(WireTensor.class, "wire.pt", device);
  }

  /**
   * Writes entry i of the first axis to {@code out.get(i)}, little endian: {@code [N, C]}, for INT8
   * followed by the tokens' scales, {@code [N]} float32.
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
    List<NDArray> converted = convert(tokens);
    times.end(Phase.CONVERT);
    for (int i = 0; i < out.size(); i++) {
      write(i, converted, out.get(i).duplicate());
    }
    times.end(Phase.COPY);
  }

  /** Arrays whose i-th parts, one after the other, are what frame i is on the wire. */
  private List<NDArray> convert(NDArray tokens) {
    var manager = tokens.getManager();
    return switch (dtype) {
      case FLOAT32 -> List.of(tokens.toType(DataType.FLOAT32, false));
      case FLOAT16 -> List.of(tokens.toType(DataType.FLOAT16, false));
      // Asked for this type itself, DJL ends the process; what a module makes it takes as it is.
      case BFLOAT16 -> List.of(conversions.tensor(manager, "bfloat16", of(tokens)));
      case INT8 -> {
        NDArray scales = conversions.tensor(manager, "int8_scales", of(tokens));
        yield List.of(conversions.tensor(manager, "int8", of(tokens), of(scales)), scales);
      }
      case UNKNOWN -> throw new IllegalStateException("refused when this was made");
    };
  }

  private static void write(int frame, List<NDArray> converted, ByteBuffer target) {
    int room = target.remaining();
    for (NDArray array : converted) {
      // The direct view is valid only as long as the array: it is copied before anything is closed.
      ByteBuffer bytes = array.get(frame).toByteBuffer(true);
      if (bytes.remaining() > target.remaining()) {
        throw wrongSize(frame, room);
      }
      target.put(bytes);
    }
    if (target.hasRemaining()) {
      throw wrongSize(frame, room);
    }
  }

  private static IllegalArgumentException wrongSize(int frame, int room) {
    return new IllegalArgumentException(
        "result buffer "
            + frame
            + " has "
            + room
            + " bytes, which is not what a frame's layout says");
  }

  @Override
  public void close() {
    conversions.close();
  }
}
