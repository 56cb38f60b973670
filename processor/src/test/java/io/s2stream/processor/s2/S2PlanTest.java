package io.s2stream.processor.s2;

import java.nio.file.Path;
import java.util.List;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import io.s2stream.processor.tower.TestTowers;
import io.s2stream.processor.tower.TorchTower;
import io.s2stream.processor.tower.Tower;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class S2PlanTest {
  private static final ImageSize INPUT = ImageSize.square(32);

  @AutoClose private final PixelTower tower = new PixelTower();

  private S2Plan plan(S2Options options, ImageSize input) {
    return S2Plan.of(
        options.withOutput(options.resizeOutputToIdx(), 0, OutputShape.BCHW), input, tower);
  }

  @Test
  void shouldCutEachScaleIntoTilesWhenItIsLargerThanTheInput() {
    // when
    S2Plan plan = plan(S2Options.ofScales(0.5, 1, 3), INPUT);

    // then
    assertThat(plan.scales())
        .extracting(ScalePlan::image)
        .containsExactly(ImageSize.square(16), INPUT, ImageSize.square(96));
    assertThat(plan.scales()).extracting(ScalePlan::tileSize).containsExactly(16, 32, 32);
    assertThat(plan.scales()).extracting(ScalePlan::tileCount).containsExactly(1, 1, 9);
    assertThat(plan.tileCount()).isEqualTo(11);
    assertThat(plan.resultShape(2)).isEqualTo(new Shape(2, 9, 16, 16));
  }

  @Test
  void shouldTruncateSizesAsTheAuthorsDoWhenAScaleIsAFraction() {
    // 100 * 0.29 is 28.999999999999996 in double, and sizes go towards zero.
    assertThat(plan(S2Options.ofScales(0.29), ImageSize.square(100)).scales().get(0).image())
        .isEqualTo(ImageSize.square(28));
    assertThat(plan(S2Options.ofScales(0.99), INPUT).scales().get(0).image())
        .isEqualTo(ImageSize.square(31));
  }

  @Test
  void shouldTakeTheGridOfTheGivenScaleWhenTheIndexIsNegative() {
    // when
    S2Plan plan = plan(S2Options.ofScales(1, 2, 3).withOutput(-2, 0, OutputShape.BCHW), INPUT);

    // then
    assertThat(plan.grid()).isEqualTo(new Grid(64, 64));
  }

  @Test
  void shouldPreferImageSizesWhenScalesAreGivenToo() {
    // when
    S2Plan plan =
        plan(S2Options.ofScales(1, 2, 3).withImgSizes(List.of(ImageSize.square(64))), INPUT);

    // then
    assertThat(plan.scales()).extracting(ScalePlan::image).containsExactly(ImageSize.square(64));
  }

  @Test
  void shouldRoundCanvasUpWhenAnyShapeIsAllowed() {
    // given
    S2Options options =
        S2Options.defaults()
            .withImgSizes(List.of(new ImageSize(50, 70)))
            .withMaxSplit(32, SplitMode.PAD);

    // when
    ScalePlan scale = plan(options, new ImageSize(25, 35)).scales().get(0);

    // then
    assertThat(scale.canvas()).isEqualTo(new ImageSize(64, 96));
    assertThat(scale.grid()).isEqualTo(new Grid(50, 70));
    assertThat(scale.rows()).isEqualTo(2);
    assertThat(scale.columns()).isEqualTo(3);
  }

  @Test
  void shouldNameEveryProblemWhenSeveralOptionsAreWrong() {
    // given
    S2Options options =
        S2Options.ofScales(1, -1)
            .withOutput(2, 3, OutputShape.BCHW)
            .withMaxSplit(-1, SplitMode.EXACT);

    // when / then
    assertThatThrownBy(() -> S2Plan.of(options, new ImageSize(32, 40), tower))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("resize_output_to_idx is 2")
        .hasMessageContaining("scales must be positive")
        .hasMessageContaining("max_split_size")
        .hasMessageContaining("prefix tokens")
        .hasMessageContaining("32x40");
  }

  @Test
  void shouldNameProblemsOfOptionsSizesAndTowerTogetherWhenAllAreWrong() throws Exception {
    try (Tower vit = TestTowers.golden("vit-tiny-cls.pt")) {
      S2Options options =
          S2Options.ofImgSizes(32, 65, 48)
              .withMaxSplit(32, SplitMode.EXACT)
              .withOutput(7, 8, OutputShape.BNC);
      assertThatThrownBy(() -> S2Plan.of(options, INPUT, vit))
          .isInstanceOf(InvalidOptionsException.class)
          .hasMessageContaining("resize_output_to_idx is 7")
          .hasMessageContaining("65x65")
          .hasMessageContaining("48x48 makes tiles of 24 pixels")
          .hasMessageContaining("num_prefix_token is 8, the tower vit-tiny-cls has 1");
    }
  }

  @Test
  void shouldSayWhichTileFailedWhenNothingIsKnownOfTheTower() throws Exception {
    Path file = TestTowers.goldenFile("vit-tiny.pt");
    try (Tower vit = TorchTower.load(file, Device.cpu())) {
      assertThat(S2Plan.of(S2Options.ofScales(1, 2), INPUT, vit).grid()).isEqualTo(new Grid(4, 4));
      assertThatThrownBy(() -> S2Plan.of(S2Options.ofScales(1), ImageSize.square(40), vit))
          .isInstanceOf(InvalidOptionsException.class)
          .hasMessageContaining("fails on a tile of 40x40 pixels");
      assertThatThrownBy(
              () -> S2Plan.of(S2Options.ofScales(1).withOutput(0, 3, OutputShape.BNC), INPUT, vit))
          .hasMessageContaining("without 3 prefix tokens no square grid");
    }
  }

  @Test
  void shouldNameEveryScaleWhenSeveralAreNotDivisible() {
    assertThatThrownBy(() -> plan(S2Options.ofImgSizes(33, 64, 65), INPUT))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("33x33")
        .hasMessageContaining("65x65");
  }

  @Test
  void shouldRefuseWhenNothingIsGiven() {
    assertThatThrownBy(() -> plan(S2Options.defaults(), INPUT))
        .hasMessageContaining("give scales or img_sizes");
    assertThatThrownBy(() -> plan(S2Options.ofScales(), INPUT))
        .hasMessageContaining("scales is empty");
    assertThatThrownBy(() -> plan(S2Options.ofImgSizes(), INPUT))
        .hasMessageContaining("img_sizes is empty");
  }

  @Test
  void shouldRefuseWhenAScaleIsOutOfRange() {
    assertThatThrownBy(() -> plan(S2Options.ofScales(0.01), INPUT)).hasMessageContaining("0x0");
    assertThatThrownBy(() -> plan(S2Options.ofScales(1e6), INPUT))
        .hasMessageContaining("32000000x32000000");
    assertThatThrownBy(() -> plan(S2Options.ofScales(Double.NaN), INPUT))
        .hasMessageContaining("positive numbers");
  }

  @Test
  void shouldRefuseWhenTheOutputShapeIsNotTheTowers() {
    assertThatThrownBy(() -> S2Plan.of(S2Options.ofScales(1), INPUT, tower))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("set output_shape to bchw");
  }

  @Test
  void shouldBoundTilesPerForwardWhenAskedTo() {
    S2Options options = S2Options.ofScales(1, 2);
    assertThat(plan(options, INPUT).tilesPerForward(3)).isEqualTo(15);
    assertThat(plan(options.withChunks(true, 0), INPUT).tilesPerForward(3)).isEqualTo(3);
    assertThat(plan(options.withChunks(true, 2), INPUT).tilesPerForward(3)).isEqualTo(2);
    assertThat(plan(options.withChunks(false, 8), INPUT).tilesPerForward(1)).isEqualTo(5);
  }
}
