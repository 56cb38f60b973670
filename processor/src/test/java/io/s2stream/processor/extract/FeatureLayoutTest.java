package io.s2stream.processor.extract;

import java.nio.ByteBuffer;
import java.util.List;

import io.s2stream.schemas.TensorType;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FeatureLayoutTest {

  @Test
  void shouldCountBytesWhenGivenTheElementType() {
    assertThat(layout(TensorType.FLOAT32, 10).bytesPerFrame()).isEqualTo(7 * 10 * 4);
    assertThat(layout(TensorType.FLOAT16, 10).bytesPerFrame()).isEqualTo(7 * 10 * 2);
    assertThat(layout(TensorType.INT8, 10).bytesPerFrame()).isEqualTo(7 * 10 + 7 * 4);
  }

  @Test
  void shouldRefuseWhenOneFrameIsTooLargeForABuffer() {
    assertThatThrownBy(() -> layout(TensorType.FLOAT32, 1 << 28)).hasMessageContaining("2 GiB");
  }

  @Test
  void shouldTakeAFrameThatFillsABufferWithoutRoomForScalesItDoesNotHave() {
    int side = 1 << 10;
    assertThat(square(side, 511, TensorType.FLOAT32).bytesPerFrame())
        .isEqualTo(side * side * 511 * 4);
    assertThat(square(side, 2043, TensorType.INT8).bytesPerFrame())
        .isEqualTo(side * side * 2043 + side * side * 4);
    assertThatThrownBy(() -> square(side, 2044, TensorType.INT8))
        .hasMessageContaining("1048576 tokens of 2044 channels in int8, 2147483648 bytes");
  }

  private static FeatureLayout square(int side, int channels, TensorType dtype) {
    return new FeatureLayout(side * side, channels, side, side, 0, dtype, List.of());
  }

  @Test
  void shouldRefuseWhenTokensAreNotPrefixAndGrid() {
    assertThatThrownBy(() -> new FeatureLayout(8, 10, 2, 3, 1, TensorType.FLOAT32, List.of()))
        .hasMessageContaining("8 tokens");
  }

  @Test
  void shouldRefuseAFrameWhenPixelsAreMissing() {
    assertThatThrownBy(() -> new RgbFrame(2, 3, ByteBuffer.allocate(17)))
        .hasMessageContaining("18 bytes");
    assertThatThrownBy(() -> new RgbFrame(0, 3, ByteBuffer.allocate(0)))
        .hasMessageContaining("at least one pixel");
  }

  private static FeatureLayout layout(TensorType dtype, int channels) {
    return new FeatureLayout(7, channels, 2, 3, 1, dtype, List.of(new int[] {32, 48}));
  }
}
