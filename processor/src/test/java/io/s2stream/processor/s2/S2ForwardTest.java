package io.s2stream.processor.s2;

import java.util.Collections;
import java.util.Random;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.s2stream.processor.tower.TestTowers;
import io.s2stream.processor.tower.Tower;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class S2ForwardTest {
  @AutoClose private final PixelTower pixels = new PixelTower();
  @AutoClose private final TensorOps ops = TensorOps.load(Device.cpu());
  @AutoClose private final NDManager manager = pixels.newManager();

  private final Random random = new Random(7);
  private S2Forward pixelForward;

  @BeforeEach
  void setUp() {
    pixelForward = new S2Forward(pixels, ops);
  }

  private NDArray images(int count, int height, int width) {
    float[] values = new float[count * 3 * height * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return manager.create(values, new Shape(count, 3, height, width));
  }

  private static float maxError(NDArray actual, NDArray expected) {
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    return GoldenForwardTest.maxError(actual.toFloatArray(), expected.toFloatArray());
  }

  @ParameterizedTest
  @CsvSource({"24, EXACT", "12, EXACT", "8, EXACT", "6, EXACT", "7, PAD", "12, RESIZE"})
  void shouldGiveTheImageBackWhenTheTowerReturnsItsTiles(int maxSplit, SplitMode mode) {
    // given
    NDArray images = images(2, 24, mode == SplitMode.EXACT ? 24 : 36);
    S2Options options =
        S2Options.ofScales(1).withOutput(0, 0, OutputShape.BCHW).withMaxSplit(maxSplit, mode);

    // when
    NDArray out = pixelForward.forward(images, options);

    // then
    assertThat(maxError(out, images)).isZero();
  }

  @Test
  void shouldEqualTheBareTowerWhenTheOnlyScaleIsOne() throws Exception {
    try (Tower tower = TestTowers.golden("vit-tiny.pt")) {
      NDArray images = images(4, 32, 32);
      NDArray bare = tower.features(images);
      assertThat(maxError(new S2Forward(tower, ops).forward(images, S2Options.ofScales(1)), bare))
          .isLessThan(1e-6f);
    }
  }

  @ParameterizedTest
  @CsvSource({"false, 1", "false, 2", "false, 3", "false, 7", "false, 100", "true, 0", "true, 2"})
  void shouldGiveTheSameWhateverTheTilesPerForward(boolean splitForward, int maxTiles)
      throws Exception {
    try (Tower tower = TestTowers.golden("vit-tiny-cls.pt")) {
      var forward = new S2Forward(tower, ops);
      NDArray images = images(3, 32, 32);
      S2Options options = S2Options.ofScales(1, 2, 3).withOutput(0, 1, OutputShape.BNC);
      NDArray expected = forward.forward(images, options);
      assertThat(
              maxError(
                  forward.forward(images, options.withChunks(splitForward, maxTiles)), expected))
          .isLessThan(1e-5f);
    }
  }

  @Test
  void shouldFillEachRunOfTheTowerWhenTilesComeFromManyScalesAndFrames() {
    // given
    S2Options options =
        S2Options.ofScales(1, 2).withOutput(0, 0, OutputShape.BCHW).withChunks(false, 4);

    // when
    pixelForward.forward(images(3, 16, 16), options);

    // then
    assertThat(pixels.batchSizes).containsExactly(4, 4, 4, 3);
  }

  @Test
  void shouldKeepTheOrderOfTheBatchWhenScalesHaveTilesOfDifferentSizes() {
    // given
    S2Options options =
        S2Options.ofScales(1, 1.5, 3).withOutput(1, 0, OutputShape.BCHW).withChunks(false, 5);
    NDArray images = images(4, 16, 16);

    // when
    NDArray batch = pixelForward.forward(images, options);

    // then
    for (int i = 0; i < 4; i++) {
      NDArray alone = pixelForward.forward(images.get(i + ":" + (i + 1)), options);
      assertThat(maxError(batch.get(i + ":" + (i + 1)), alone)).isLessThan(1e-6f);
    }
  }

  @Test
  void shouldStayConstantWhenTheImageIsConstant() {
    // given
    NDArray images = manager.full(new Shape(1, 3, 16, 16), 0.7f);
    S2Options options = S2Options.ofScales(0.5, 1, 1.5, 3).withOutput(-1, 0, OutputShape.BCHW);

    // when
    NDArray out = pixelForward.forward(images, options);

    // then
    assertThat(maxError(out, manager.full(new Shape(1, 12, 48, 48), 0.7f))).isLessThan(1e-5f);
  }

  @Test
  void shouldTakeTheMeanOfPrefixTokensWhenThereAreManyTiles() throws Exception {
    try (Tower tower = TestTowers.golden("vit-tiny-cls.pt")) {
      // given
      NDArray images = images(1, 64, 64);
      S2Options options =
          S2Options.ofImgSizes(64)
              .withMaxSplit(32, SplitMode.EXACT)
              .withOutput(0, 1, OutputShape.BNC);

      // when
      NDArray out = new S2Forward(tower, ops).forward(images, options);

      // then
      NDArray tiles =
          images
              .get(":, :, :32, :32")
              .concat(images.get(":, :, :32, 32:"), 0)
              .concat(images.get(":, :, 32:, :32"), 0)
              .concat(images.get(":, :, 32:, 32:"), 0);
      NDArray mean = tower.features(tiles).get(":, 0").mean(new int[] {0});
      assertThat(maxError(out.get("0, 0"), mean)).isLessThan(1e-5f);
    }
  }

  @Test
  void shouldNameEveryProblemWhenTheInputIsNoBatchOfImages() {
    assertThatThrownBy(
            () ->
                pixelForward.forward(
                    manager.zeros(new Shape(3, 32, 32), DataType.INT32), S2Options.defaults()))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("rank 3")
        .hasMessageContaining("float32 or float16, not int32")
        .hasMessageContaining("give scales or img_sizes");
    assertThatThrownBy(
            () ->
                pixelForward.forward(
                    manager.zeros(new Shape(0, 4, 16, 20), DataType.FLOAT64),
                    S2Options.ofScales(1).withOutput(1, 0, OutputShape.BCHW)))
        .hasMessageContaining("no images")
        .hasMessageContaining("3 channels (RGB), not 4")
        .hasMessageContaining("not float64")
        .hasMessageContaining("16x20")
        .hasMessageContaining("resize_output_to_idx is 1");
    assertThat(pixels.batchSizes).isEmpty();
  }

  @Test
  void shouldLeaveOnlyTheResultBehindWhenDone() {
    // given
    NDArray images = images(2, 16, 16);
    S2Options options =
        S2Options.ofScales(1, 2).withOutput(0, 0, OutputShape.BCHW).withChunks(false, 3);
    int before = manager.getManagedArrays().size();

    // when
    var results =
        Collections.nCopies(20, options).stream()
            .map(o -> pixelForward.forward(images, o))
            .toList();

    // then
    assertThat(manager.getManagedArrays()).hasSize(before + results.size());
  }
}
