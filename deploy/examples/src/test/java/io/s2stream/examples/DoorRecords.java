package io.s2stream.examples;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.TensorType;

/** Boxes and features of a stream 'door'. */
final class DoorRecords {
  static final long START = 1_700_000_000_000_000L;

  private DoorRecords() {}

  static Detection box(
      long micros, String label, double left, double top, double right, double bottom) {
    return new Detection(micros, label, left, top, right, bottom);
  }

  /**
   * Frames at 4 frames/s, one prefix token and 2 x 2 patches: patch p of frame f is ±(10 f + p).
   */
  static FeatureRecord record(int first, int count) {
    ByteBuffer data = ByteBuffer.allocate(count * 5 * 2 * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int frame = 0; frame < count; frame++) {
      data.putFloat(1_000).putFloat(1_000);
      for (int patch = 0; patch < 4; patch++) {
        data.putFloat(10 * frame + patch).putFloat(-10 * frame - patch);
      }
    }
    return FeatureRecord.newBuilder()
        .setStreamId("door")
        .setFirstFrameIndex(first)
        .setFrames(
            IntStream.range(first, first + count)
                .mapToObj(i -> new FrameInfo((long) i, 250_000L * i, START + 250_000L * i, false))
                .toList())
        .setShape(List.of(count, 5, 2))
        .setGrid(List.of(2, 2))
        .setPrefixTokens(1)
        .setDtype(TensorType.FLOAT32)
        .setImageSizes(List.of(List.of(224, 224)))
        .setTower("tower")
        .setTowerSha256("0")
        .setProcessorVersion("test")
        .setEndOfStream(count == 0)
        .setData(data.flip())
        .build();
  }
}
