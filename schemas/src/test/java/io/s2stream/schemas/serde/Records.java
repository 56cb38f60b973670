package io.s2stream.schemas.serde;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.PixelEncoding;
import io.s2stream.schemas.TensorType;

/** Small but complete records: every field has a value of its own. */
final class Records {
  private Records() {}

  static FrameBatch frameBatch(ByteBuffer... pixels) {
    FrameBatch batch =
        FrameBatch.newBuilder()
            .setStreamId("kamera-süd")
            .setFirstFrameIndex(41)
            .setWidth(4)
            .setHeight(2)
            .setEncoding(PixelEncoding.RGB24)
            .setFrames(new ArrayList<>())
            .build();
    for (int i = 0; i < pixels.length; i++) {
      batch
          .getFrames()
          .add(
              Frame.newBuilder()
                  .setIndex(41 + i)
                  .setPtsMicros(1_640_000L + i * 40_000L)
                  .setCaptureTimeMicros(1_760_000_000_000_000L + i)
                  .setDiscontinuity(i == 0)
                  .setData(pixels[i])
                  .build());
    }
    return batch;
  }

  static FeatureRecord featureRecord(ByteBuffer data) {
    return FeatureRecord.newBuilder()
        .setStreamId("cam-1")
        .setFirstFrameIndex(7)
        .setFrames(
            List.of(
                FrameInfo.newBuilder()
                    .setIndex(7)
                    .setPtsMicros(280_000)
                    .setCaptureTimeMicros(1_760_000_000_000_000L)
                    .build()))
        .setShape(List.of(1, data.remaining() / 8, 4))
        .setGrid(List.of(1, data.remaining() / 8))
        .setDtype(TensorType.FLOAT16)
        .setImageSizes(List.of(List.of(224, 224), List.of(448, 448)))
        .setTower("demo-vit")
        .setTowerSha256("00ff")
        .setProcessorVersion("0.1.0")
        .setData(data)
        .build();
  }

  static byte[] randomBytes(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
