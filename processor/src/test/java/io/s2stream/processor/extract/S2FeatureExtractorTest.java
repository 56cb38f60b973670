package io.s2stream.processor.extract;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

import io.s2stream.processor.s2.InvalidOptionsException;
import io.s2stream.processor.s2.Npy;
import io.s2stream.schemas.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

class S2FeatureExtractorTest {
  private static final int STRIDE = 37;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "frame448-scales-1-2 | 448 | scales: [1, 2]",
        "frame300-scales-1-3 | 300 | scales: [1, 3]"
      })
  void shouldEqualPyTorchWhenGivenTheSamePicture(String fixture, int side, String options)
      throws Exception {
    // given
    Npy expected = Npy.resource("/extract/" + fixture + ".npy");
    try (var extractor = load(options, TensorType.FLOAT32)) {
      ByteBuffer out = buffer(extractor, side);

      // when
      extractor.extract(FrameBlock.each(List.of(TestFrames.picture(side)), List.of(out)));

      // then
      var floats = out.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      assertThat(floats.remaining()).isEqualTo(196 * 384);
      float max = 0;
      for (int i = 0; i < expected.values().length; i++) {
        max = Math.max(max, Math.abs(expected.values()[i] - floats.get(i * STRIDE)));
      }
      assertThat(max).isLessThan(1e-4f);
    }
  }

  @Test
  void shouldRoundToHalfWhenTheWireTypeIsFloat16() throws Exception {
    // given
    Npy expected = Npy.resource("/extract/frame448-scales-1-2.npy");
    try (var extractor = load("scales: [1, 2]", TensorType.FLOAT16)) {
      ByteBuffer out = buffer(extractor, 448);

      // when
      extractor.extract(FrameBlock.each(List.of(TestFrames.picture(448)), List.of(out)));

      // then
      assertThat(out.remaining()).isEqualTo(196 * 384 * 2);
      var halves = out.order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
      for (int i = 0; i < expected.values().length; i++) {
        float value = expected.values()[i];
        // Half of the last place of an 11-bit mantissa, and what the forward itself may differ.
        assertThat(half(halves.get(i * STRIDE)))
            .isCloseTo(value, offset(Math.abs(value) / 2048 + 1e-4f));
      }
    }
  }

  /** IEEE 754 binary16, normal numbers and zero's neighbourhood. */
  private static float half(short bits) {
    int exponent = (bits >> 10) & 0x1f;
    int mantissa = bits & 0x3ff;
    float magnitude =
        exponent == 0
            ? Math.scalb((float) mantissa, -24)
            : Math.scalb((float) (mantissa | 0x400), exponent - 25);
    return bits < 0 ? -magnitude : magnitude;
  }

  @Test
  void shouldKeepTheUpperBitsRoundedToEvenWhenTheWireTypeIsBfloat16() throws Exception {
    // given
    FloatBuffer exact = floats(TensorType.FLOAT32);

    // when
    ByteBuffer out = extract(TensorType.BFLOAT16);

    // then
    assertThat(out.remaining()).isEqualTo(2 * exact.remaining());
    for (int i = 0; i < exact.remaining(); i++) {
      int bits = Float.floatToRawIntBits(exact.get(i));
      int even = (bits + 0x7fff + (bits >>> 16 & 1)) >>> 16;
      assertThat(out.getShort(2 * i)).as("element " + i).isEqualTo((short) even);
    }
  }

  @Test
  void shouldScaleEachTokenByItsLargestMagnitudeWhenTheWireTypeIsInt8() throws Exception {
    // given
    FloatBuffer exact = floats(TensorType.FLOAT32);

    // when
    ByteBuffer out = extract(TensorType.INT8);

    // then
    int channels = 384;
    int tokens = exact.remaining() / channels;
    assertThat(out.remaining()).isEqualTo(tokens * channels + tokens * Float.BYTES);
    for (int token = 0; token < tokens; token++) {
      float scale = out.getFloat(tokens * channels + token * Float.BYTES);
      float largest = 0;
      for (int i = token * channels; i < (token + 1) * channels; i++) {
        largest = Math.max(largest, Math.abs(exact.get(i)));
        assertThat(out.get(i) * scale).isCloseTo(exact.get(i), offset(scale * 0.5001f));
      }
      assertThat(scale).isCloseTo(largest / 127, offset(largest * 1e-6f));
    }
  }

  private static FloatBuffer floats(TensorType dtype) throws Exception {
    return extract(dtype).asFloatBuffer();
  }

  /** The picture's features, little endian. */
  private static ByteBuffer extract(TensorType dtype) throws Exception {
    try (var extractor = load("scales: [1, 2]", dtype)) {
      ByteBuffer out = buffer(extractor, 448);
      extractor.extract(FrameBlock.each(List.of(TestFrames.picture(448)), List.of(out)));
      return out.order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  @Test
  void shouldWriteEachFrameToItsOwnBufferWhenBatched() throws Exception {
    // given
    RgbFrame picture = TestFrames.picture(448);
    RgbFrame grey = TestFrames.grey(448, 448, 90);
    try (var extractor = load("scales: [1, 2]", TensorType.FLOAT32)) {
      ByteBuffer alonePicture = buffer(extractor, 448);
      ByteBuffer aloneGrey = buffer(extractor, 448);
      extractor.extract(FrameBlock.each(List.of(picture), List.of(alonePicture)));
      extractor.extract(FrameBlock.each(List.of(grey), List.of(aloneGrey)));
      ByteBuffer direct = ByteBuffer.allocateDirect(alonePicture.remaining());
      ByteBuffer inside = ByteBuffer.allocate(alonePicture.remaining() + 8).position(3);
      inside.limit(3 + alonePicture.remaining());

      // when
      extractor.extract(FrameBlock.each(List.of(grey, picture), List.of(inside, direct)));

      // then
      assertThat(inside.position()).isEqualTo(3);
      assertClose(inside.slice(), aloneGrey);
      assertClose(direct, alonePicture);
      assertThat(inside.get(2)).isZero();
      assertThat(inside.array()[inside.limit()]).isZero();
    }
  }

  @Test
  void shouldReadPixelsFromThePositionOnWhenTheBufferIsDirect() throws Exception {
    // given
    RgbFrame picture = TestFrames.picture(224);
    ByteBuffer shifted = ByteBuffer.allocateDirect(picture.pixels().remaining() + 5).position(5);
    shifted.put(picture.pixels().duplicate()).position(5);
    try (var extractor = load("scales: [1]", TensorType.FLOAT32)) {
      ByteBuffer expected = buffer(extractor, 224);
      ByteBuffer actual = buffer(extractor, 224);
      extractor.extract(FrameBlock.each(List.of(picture), List.of(expected)));

      // when
      extractor.extract(FrameBlock.each(List.of(new RgbFrame(224, 224, shifted)), List.of(actual)));

      // then
      assertThat(actual).isEqualTo(expected);
      assertThat(shifted.position()).isEqualTo(5);
    }
  }

  @Test
  void shouldDescribeTheFeaturesWhenAskedForTheLayout() throws Exception {
    try (var extractor =
        load("{scales: [1, 2, 3], resize-output-to-idx: -1}", TensorType.FLOAT16)) {
      // when
      FeatureLayout layout = extractor.layout(500, 500);

      // then
      assertThat(layout.tokens()).isEqualTo(42 * 42);
      assertThat(layout.channels()).isEqualTo(576);
      assertThat(layout.gridHeight()).isEqualTo(42);
      assertThat(layout.prefixTokens()).isZero();
      assertThat(layout.bytesPerFrame()).isEqualTo(42 * 42 * 576 * 2);
      assertThat(layout.imageSizes())
          .containsExactly(new int[] {224, 224}, new int[] {448, 448}, new int[] {672, 672});
      assertThat(extractor.tower().name()).isEqualTo("demo-vit");
      assertThat(extractor.tower().sha256()).matches("[0-9a-f]{64}");
    }
  }

  @Test
  void shouldRejectTheFrameWhenItIsNotSquare() throws Exception {
    try (var extractor = load("scales: [1, 2]", TensorType.FLOAT16)) {
      assertThatThrownBy(() -> extractor.layout(224, 398))
          .isInstanceOf(FrameRejectedException.class)
          .hasMessageContaining("224x398");
      assertThatThrownBy(
              () ->
                  extractor.extract(
                      FrameBlock.each(
                          List.of(TestFrames.grey(224, 398, 0)), List.of(ByteBuffer.allocate(1)))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("224x398");
    }
  }

  @Test
  void shouldKeepTheFramesShapeWhenTheSplitModeAllows() throws Exception {
    try (var extractor =
        load("{scales: [1, 2], split-mode: pad, resize-output-to-idx: 1}", TensorType.FLOAT32)) {
      // when
      FeatureLayout layout = extractor.layout(360, 640);
      ByteBuffer out = ByteBuffer.allocate(layout.bytesPerFrame());
      extractor.extract(FrameBlock.each(List.of(TestFrames.grey(360, 640, 128)), List.of(out)));

      // then
      assertThat(layout.imageSizes()).containsExactly(new int[] {224, 398}, new int[] {448, 796});
      assertThat(layout.gridHeight()).isEqualTo(28);
      assertThat(layout.gridWidth()).isEqualTo(50);
    }
  }

  @Test
  void shouldWriteTheMeansOfBlocksWhenPooled() throws Exception {
    // given each of three frames by itself
    List<RgbFrame> frames =
        List.of(
            TestFrames.picture(448), TestFrames.grey(448, 448, 90), TestFrames.grey(448, 448, 200));
    float[][] whole = new float[3][];
    try (var extractor = load("scales: [1, 2]", TensorType.FLOAT32)) {
      for (int i = 0; i < whole.length; i++) {
        ByteBuffer out = buffer(extractor, 448);
        extractor.extract(List.of(new FrameBlock(List.of(frames.get(i)), out)));
        whole[i] = new float[out.remaining() / Float.BYTES];
        out.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(whole[i]);
      }
    }

    // when pairs of frames and blocks of 5 x 7 patches are pooled
    try (var extractor =
        S2FeatureExtractor.load(
            TestFrames.demoTower(),
            TestFrames.options("scales: [1, 2]"),
            new PoolConfig(2, 5, 7),
            TensorType.FLOAT32,
            ExtractionObserver.NONE)) {
      FeatureLayout layout = extractor.layout(448, 448);
      ByteBuffer pair = buffer(extractor, 448);
      ByteBuffer last = buffer(extractor, 448);
      extractor.extract(
          List.of(
              new FrameBlock(frames.subList(0, 2), pair),
              new FrameBlock(frames.subList(2, 3), last)));

      // then
      assertThat(List.of(layout.gridHeight(), layout.gridWidth(), layout.tokens()))
          .containsExactly(3, 2, 6);
      assertThat(layout.bytes(3)).isEqualTo(2L * 6 * 384 * 4);
      assertMean(pair, layout, whole[0], whole[1]);
      assertMean(last, layout, whole[2]);
    }
  }

  /** Of 14 x 14 patches in blocks of 5 x 7: the last row of blocks has 4 rows. */
  private static void assertMean(ByteBuffer pooled, FeatureLayout layout, float[]... frames) {
    FloatBuffer found = pooled.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    for (int token = 0; token < layout.tokens(); token++) {
      int top = token / 2 * 5;
      int left = token % 2 * 7;
      for (int channel = 0; channel < 384; channel++) {
        double sum = 0;
        int count = 0;
        for (float[] frame : frames) {
          for (int row = top; row < Math.min(14, top + 5); row++) {
            for (int column = left; column < left + 7; column++) {
              sum += frame[(row * 14 + column) * 384 + channel];
              count++;
            }
          }
        }
        assertThat((double) found.get()).isCloseTo(sum / count, offset(1e-4));
      }
    }
  }

  @Test
  void shouldRefuseToStartWhenOptionsDoNotFitTheTower() {
    assertThatThrownBy(() -> load("{scales: [1.5], num-prefix-token: 1}", TensorType.FLOAT16))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("num-prefix-token is 1");
    assertThatThrownBy(() -> load("scales: [1.5]", TensorType.FLOAT16))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("336x336")
        .hasMessageContaining("tiles of 168 pixels");
    assertThatThrownBy(() -> load("scales: [140]", TensorType.FLOAT32))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("2 GiB");
    assertThatThrownBy(() -> load("scales: [1]", TensorType.UNKNOWN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("UNKNOWN");
  }

  private static S2FeatureExtractor load(String options, TensorType dtype) throws Exception {
    return S2FeatureExtractor.load(TestFrames.demoTower(), TestFrames.options(options), dtype);
  }

  private static ByteBuffer buffer(FeatureExtractor extractor, int side)
      throws FrameRejectedException {
    return ByteBuffer.allocate(extractor.layout(side, side).bytesPerFrame());
  }

  /**
   * Equal up to the order of sums, which depends on the number of tiles the tower takes at once.
   */
  private static void assertClose(ByteBuffer actual, ByteBuffer expected) {
    var left = actual.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    var right = expected.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    assertThat(left.remaining()).isEqualTo(right.remaining());
    List<Float> errors = new ArrayList<>();
    while (left.hasRemaining()) {
      errors.add(Math.abs(left.get() - right.get()));
    }
    assertThat(errors).allMatch(e -> e < 1e-4f);
  }
}
