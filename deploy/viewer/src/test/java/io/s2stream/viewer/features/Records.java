package io.s2stream.viewer.features;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.TensorType;
import io.s2stream.schemas.tensor.FeatureTensor;

/** Feature records of one frame in float32. */
public final class Records {
  private Records() {}

  /**
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
    return FeatureRecord.newBuilder()
        .setStreamId("cam")
        .setFirstFrameIndex(0)
        .setFrames(List.of(new FrameInfo(0L, 0L, 0L, false)))
        .setShape(List.of(1, rows * columns, channels))
        .setGrid(List.of(rows, columns))
        .setDtype(TensorType.FLOAT32)
        .setImageSizes(Collections.nCopies(scales, List.of(8, 8)))
        .setTower("t")
        .setTowerSha256("00")
        .setProcessorVersion("1")
        .setData(data.flip())
        .build();
  }

  public static PatchFeatures features(int rows, int columns, int scales, float[][] patches) {
    FeatureRecord record = record(rows, columns, scales, patches);
    return PatchFeatures.of(record, FeatureTensor.of(record), 0);
  }
}
