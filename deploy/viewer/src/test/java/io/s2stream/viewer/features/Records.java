package io.s2stream.viewer.features;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.TensorType;
import io.s2stream.schemas.tensor.FeatureTensor;

/** Feature records of one frame. */
public final class Records {
  private Records() {}

  /**
   * In float32.
   *
   * @param patches {@code [rows * columns][C]}
   */
  public static FeatureRecord record(int rows, int columns, int scales, float[][] patches) {
    int channels = patches[0].length;
    ByteBuffer data =
        ByteBuffer.allocate(4 * rows * columns * channels).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] patch : patches) {
      for (float value : patch) {
        data.putFloat(value);
      }
    }
    return record(rows, columns, scales, channels, TensorType.FLOAT32, data.flip());
  }

  /**
   * @param bits {@code [rows * columns * channels]}, IEEE 754 binary16
   */
  static FeatureRecord halves(int rows, int columns, int channels, short[] bits) {
    ByteBuffer data = ByteBuffer.allocate(2 * bits.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asShortBuffer().put(bits);
    return record(rows, columns, 1, channels, TensorType.FLOAT16, data);
  }

  private static FeatureRecord record(
      int rows, int columns, int scales, int channels, TensorType type, ByteBuffer data) {
    return FeatureRecord.newBuilder()
        .setStreamId("cam")
        .setFirstFrameIndex(0)
        .setFrames(List.of(new FrameInfo(0L, 0L, 0L, false)))
        .setShape(List.of(1, rows * columns, channels))
        .setGrid(List.of(rows, columns))
        .setDtype(type)
        .setImageSizes(Collections.nCopies(scales, List.of(8, 8)))
        .setTower("t")
        .setTowerSha256("00")
        .setProcessorVersion("1")
        .setData(data)
        .build();
  }

  public static PatchFeatures features(int rows, int columns, int scales, float[][] patches) {
    FeatureRecord record = record(rows, columns, scales, patches);
    return PatchFeatures.of(record, FeatureTensor.of(record), 0);
  }
}
