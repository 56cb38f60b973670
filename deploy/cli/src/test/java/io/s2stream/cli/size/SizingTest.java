package io.s2stream.cli.size;

import java.time.Duration;

import io.s2stream.processor.extract.PoolConfig;
import io.s2stream.processor.s2.Preset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class SizingTest {

  static Demand demand(int cameras, Preset preset, @Nullable Double measured) {
    return demand(cameras, preset, measured, PoolConfig.NONE);
  }

  private static Demand demand(
      int cameras, Preset preset, @Nullable Double measured, PoolConfig pool) {
    return new Demand(
        cameras,
        2,
        preset,
        Gpu.H200,
        measured,
        0.3,
        0.25,
        2,
        pool,
        0.3,
        3,
        Duration.ofHours(6),
        Duration.ofHours(24),
        1);
  }

  @Test
  void shouldKnowTheShapesThatTheModelsArePublishedWith() {
    Sizing llava = Sizing.of(demand(1, Preset.LLAVA_1_5_S2, null));
    Sizing vila = Sizing.of(demand(1, Preset.VILA_1_5_S2, null));
    Sizing nvila = Sizing.of(demand(1, Preset.NVILA, null));

    assertThat(new int[] {llava.tilesPerFrame(), llava.tokens(), llava.channels()})
        .containsExactly(14, 576, 3072);
    assertThat(new int[] {vila.tilesPerFrame(), vila.tokens(), vila.channels()})
        .containsExactly(5, 729, 2304);
    assertThat(new int[] {nvila.tilesPerFrame(), nvila.tokens(), nvila.channels()})
        .containsExactly(14, 9216, 3456);
  }

  @Test
  void shouldCountTheOperationsOfATower() {
    // CLIP ViT-L/14 at 336 is published with some 191 GMACs for 24 layers, so 366 GFLOP for 23.
    assertThat(SizedTower.of(Preset.LLAVA_1_5_S2).operations(336)).isCloseTo(366e9, within(15e9));
  }

  @Test
  void shouldTakeTheMeasuredRateOverTheEstimate() {
    Sizing sizing = Sizing.of(demand(1000, Preset.VILA_1_5_S2, 100.0));

    // 2000 frames/s, of which each GPU is to do 70.
    assertThat(sizing.gpus()).isEqualTo(29);
    assertThat(sizing.partitions()).isEqualTo(348);
    assertThat(sizing.featureBytes()).isEqualTo(2000.0 * 729 * 2304 * 2);
    assertThat(sizing.frameBytes()).isEqualTo(2000.0 * 768 * 768 / 4);
    assertThat(sizing.producedBytes()).isEqualTo(sizing.frameBytes() + sizing.featureBytes());
    assertThat(sizing.consumedBytes()).isEqualTo(sizing.producedBytes());
    assertThat(sizing.diskBytes())
        .isCloseTo(3 * 3600 * (6 * sizing.frameBytes() + 24 * sizing.featureBytes()), within(1.0));
    assertThat(sizing.brokers()).isEqualTo(36);
  }

  @Test
  void shouldShrinkFeaturesAloneWhenTheyArePooled() {
    Demand pooled = demand(1000, Preset.VILA_1_5_S2, 100.0, new PoolConfig(8, 2, 2));
    Sizing sizing = Sizing.of(pooled);
    Sizing plain = Sizing.of(demand(1000, Preset.VILA_1_5_S2, 100.0));

    // A grid of 27 rows leaves 14, the last one of its own.
    assertThat(sizing.tokens()).isEqualTo(14 * 14);
    assertThat(sizing.featureBytes()).isEqualTo(2000.0 / 8 * 14 * 14 * 2304 * 2);
    assertThat(sizing.frameBytes()).isEqualTo(plain.frameBytes());
    assertThat(sizing.gpus()).isEqualTo(plain.gpus());
    assertThat(SizingText.of(pooled))
        .contains("5 tiles, pooled by 8,2,2; of 8 frames: features [196, 2304], 903 kB");
  }

  @Test
  void shouldNeedAtLeastOneGpuThreeBrokersAndTwelvePartitions() {
    Sizing sizing = Sizing.of(demand(1, Preset.VILA_1_5_S2, 100.0));

    assertThat(sizing.gpus()).isOne();
    assertThat(sizing.brokers()).isEqualTo(3);
    assertThat(sizing.partitions()).isEqualTo(12);
  }

  @Test
  void shouldSayWhatIsAssumedAndOnlyThat() {
    String estimated = SizingText.of(demand(1000, Preset.VILA_1_5_S2, null));
    String measured = SizingText.of(demand(1000, Preset.VILA_1_5_S2, 100.0));

    assertThat(estimated).contains("no GPU was measured", "30 % of the 989 TFLOP/s");
    assertThat(measured).doesNotContain("TFLOP").contains("29 h200 (100 frames/s each");
  }
}
