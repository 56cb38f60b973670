package io.s2stream.schemas.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.TensorType;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FeatureTensorTest {
  private static final int[] SHAPE = {2, 3, 4};

  @Test
  void shouldReadEveryElementInCOrderWhenFloat32() {
    FeatureTensor tensor = FeatureTensor.of(record(TensorType.FLOAT32, counting(4), SHAPE));

    assertThat(tensor.shape()).containsExactly(2, 3, 4);
    assertCounting(tensor);
  }

  @Test
  void shouldReadEveryElementWhenFloat16() {
    assertCounting(FeatureTensor.of(record(TensorType.FLOAT16, counting(2), SHAPE)));
  }

  @Test
  void shouldReadTheUpperHalfOfAFloatWhenBfloat16() {
    ByteBuffer data = bytes(6);
    for (float value : new float[] {1.5f, -0.0f, Float.NEGATIVE_INFINITY}) {
      data.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
    }

    FeatureTensor tensor =
        FeatureTensor.of(record(TensorType.BFLOAT16, data.flip(), new int[] {1, 1, 3}));

    assertThat(tensor.toFloats()).containsExactly(1.5f, -0.0f, Float.NEGATIVE_INFINITY);
  }

  @Test
  void shouldApplyEachTokensScaleWhenInt8() {
    ByteBuffer data = bytes(4).put(new byte[] {1, -128, 3, 127}).flip();
    FeatureRecord record = record(TensorType.INT8, data, new int[] {1, 2, 2});
    record.setTokenScales(bytes(8).putFloat(0.5f).putFloat(2f).flip());

    FeatureTensor tensor = FeatureTensor.of(record);

    assertThat(tensor.toFloats()).containsExactly(0.5f, -64f, 6f, 254f);
    assertThat(tensor.get(0, 1, 0)).isEqualTo(6f);
  }

  @Test
  void shouldReadFromThePositionOnAndLeaveItWhenDataIsAPartOfABuffer() {
    ByteBuffer part = bytes(12).putInt(-1).putFloat(7.25f).putInt(-1).position(4).limit(8);
    ByteBuffer readOnlyBigEndian = part.asReadOnlyBuffer();

    FeatureTensor tensor =
        FeatureTensor.of(record(TensorType.FLOAT32, readOnlyBigEndian, new int[] {1, 1, 1}));

    assertThat(tensor.get(0, 0, 0)).isEqualTo(7.25f);
    assertThat(readOnlyBigEndian.position()).isEqualTo(4);
    assertThat(readOnlyBigEndian.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
  }

  @Test
  void shouldTellWhichFramesAnEntryIsOfWhenFramesWerePooled() {
    FeatureRecord record = record(TensorType.FLOAT32, bytes(8), new int[] {2, 1, 1});
    record.setPool(List.of(3, 1, 1));
    record.setFrames(Collections.nCopies(5, new FrameInfo(0L, 0L, 0L, false)));

    FeatureTensor tensor = FeatureTensor.of(record);

    assertThat(tensor.framesOf(0)).hasSize(3);
    assertThat(tensor.framesOf(1)).hasSize(2);
    assertThat(List.of(tensor.entryOf(2), tensor.entryOf(3))).containsExactly(0, 1);
    assertThatThrownBy(() -> tensor.entryOf(6)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> tensor.framesOf(2)).isInstanceOf(IndexOutOfBoundsException.class);
    record.setFrames(Collections.nCopies(7, new FrameInfo(0L, 0L, 0L, false)));
    assertThatThrownBy(() -> FeatureTensor.of(record))
        .hasMessageContaining("7 frames, but B is 2, pool [3, 1, 1]");
    record.setPool(List.of(0, 1, 1));
    assertThatThrownBy(() -> FeatureTensor.of(record)).hasMessageContaining("[0, 1, 1]");
  }

  @Test
  void shouldBeEmptyWhenRecordIsAnEndMark() {
    FeatureTensor tensor =
        FeatureTensor.of(record(TensorType.FLOAT16, bytes(0), new int[] {0, 576, 3072}));

    assertThat(tensor.toFloats()).isEmpty();
    assertThat(tensor.shape()).containsExactly(0, 576, 3072);
  }

  @Test
  void shouldRefuseAnIndexWhenItIsOutsideTheShape() {
    FeatureTensor tensor = FeatureTensor.of(record(TensorType.FLOAT32, counting(4), SHAPE));

    for (int[] at :
        new int[][] {{2, 0, 0}, {0, 3, 0}, {0, 0, 4}, {-1, 0, 0}, {0, -1, 0}, {0, 0, -1}}) {
      assertThatThrownBy(() -> tensor.get(at[0], at[1], at[2]))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThatThrownBy(() -> tensor.token(0, 0).copyTo(new float[5], 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void shouldNameStreamFrameAndSizesWhenDataDoesNotFitTheShape() {
    assertThatThrownBy(() -> FeatureTensor.of(record(TensorType.FLOAT16, bytes(47), SHAPE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stream cam-1")
        .hasMessageContaining("first frame 7")
        .hasMessageContaining("[2, 3, 4]")
        .hasMessageContaining("data has 47 bytes, expected 48 for element type FLOAT16");
  }

  @Test
  void shouldRefuseTheRecordWhenItsPartsDoNotFitEachOther() {
    // 65536 * 65536 * 1 overflows an int to 0
    FeatureRecord overflow = record(TensorType.FLOAT32, bytes(0), new int[] {1, 65_536, 65_536});
    FeatureRecord negative = record(TensorType.FLOAT32, bytes(8), new int[] {1, -1, -2});
    FeatureRecord flat = record(TensorType.FLOAT32, bytes(8), new int[] {1, 2});
    FeatureRecord noScales = record(TensorType.INT8, bytes(24), SHAPE);
    FeatureRecord fewScales = record(TensorType.INT8, bytes(24), SHAPE);
    fewScales.setTokenScales(bytes(20));
    FeatureRecord fewFrames = record(TensorType.FLOAT32, counting(4), SHAPE);
    fewFrames.setFrames(fewFrames.getFrames().subList(0, 1));
    FeatureRecord later = record(TensorType.UNKNOWN, bytes(24), SHAPE);

    assertRefused(overflow, "expected 17179869184");
    assertRefused(negative, "shape must be [B, N, C]");
    assertRefused(flat, "shape must be [B, N, C]");
    assertRefused(noScales, "needs token_scales");
    assertRefused(fewScales, "token_scales has 20 bytes, expected 24");
    assertRefused(fewFrames, "lists 1 frames, but B is 2");
    assertRefused(later, "later version");
  }

  @Test
  void shouldKnowTheSizeOfEachTypeWhenAsked() {
    assertThat(FeatureTensor.bytesPerElement(TensorType.FLOAT32)).isEqualTo(4);
    assertThat(FeatureTensor.bytesPerElement(TensorType.FLOAT16)).isEqualTo(2);
    assertThat(FeatureTensor.bytesPerElement(TensorType.BFLOAT16)).isEqualTo(2);
    assertThat(FeatureTensor.bytesPerElement(TensorType.INT8)).isEqualTo(1);
    assertThatThrownBy(() -> FeatureTensor.bytesPerElement(TensorType.UNKNOWN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertRefused(FeatureRecord record, String message) {
    assertThatThrownBy(() -> FeatureTensor.of(record))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  /** Element i is i + 1. */
  private static void assertCounting(FeatureTensor tensor) {
    float[] all = tensor.toFloats();
    float[] row = new float[6];
    assertThat(all).hasSize(24);
    for (int b = 0, i = 0; b < 2; b++) {
      for (int n = 0; n < 3; n++) {
        tensor.token(b, n).copyTo(row, 1);
        for (int c = 0; c < 4; c++, i++) {
          assertThat(all[i]).isEqualTo(i + 1);
          assertThat(tensor.get(b, n, c)).isEqualTo(i + 1);
          assertThat(tensor.token(b, n).get(c)).isEqualTo(i + 1);
          assertThat(row[1 + c]).isEqualTo(i + 1);
        }
      }
    }
  }

  /** 1, 2, … 24 as float32 or float16. */
  private static ByteBuffer counting(int bytesPerElement) {
    ByteBuffer data = bytes(24 * bytesPerElement);
    for (int value = 1; value <= 24; value++) {
      if (bytesPerElement == 4) {
        data.putFloat(value);
      } else {
        int exponent = 31 - Integer.numberOfLeadingZeros(value);
        data.putShort((short) (((exponent + 15) << 10) | ((value << 10 >> exponent) & 0x3ff)));
      }
    }
    return data.flip();
  }

  private static ByteBuffer bytes(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static FeatureRecord record(TensorType dtype, ByteBuffer data, int[] shape) {
    FrameInfo frame = new FrameInfo(0L, 0L, 0L, false);
    FeatureRecord record = new FeatureRecord();
    record.setStreamId("cam-1");
    record.setFirstFrameIndex(7);
    record.setFrames(Collections.nCopies(shape[0], frame));
    record.setShape(Arrays.stream(shape).boxed().toList());
    record.setGrid(List.of());
    record.setPool(List.of(1, 1, 1));
    record.setImageSizes(List.of());
    record.setDtype(dtype);
    record.setData(data);
    return record;
  }
}
