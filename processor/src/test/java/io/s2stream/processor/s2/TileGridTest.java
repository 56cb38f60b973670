package io.s2stream.processor.s2;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Expected grids come from VILA's own {@code dynamic_s2_preprocess}. */
class TileGridTest {
  private static final List<Integer> NVILA = List.of(448, 896, 1344);

  @ParameterizedTest
  @CsvSource({
    "1920, 1080, 448/896/1344, 12, 3, 4, 17",
    "1080, 1920, 448/896/1344, 12, 5, 2, 15",
    "640, 480, 448/896/1344, 12, 3, 4, 17",
    "500, 500, 448/896/1344, 12, 3, 3, 14",
    "4000, 4000, 448/896/1344, 12, 3, 3, 14",
    "3000, 300, 384/768/1152, 12, 1, 10, 15",
    "1, 1000, 384/768/1152, 12, 12, 1, 17",
    "1280, 720, 384/768, 12, 2, 4, 9",
    "1000, 700, 384/768, 6, 2, 3, 7",
    "1400, 560, 384/768/1152, 24, 2, 5, 15",
    "800, 600, 384/768/1152, 8, 1, 1, 6",
    "470, 94, 384/768/1152, 9, 1, 9, 14",
    "333, 777, 384/768/1152, 40, 7, 3, 26",
    "500, 300, 448, 12, 2, 3, 6",
    "700, 700, 384/500, 12, 2, 2, 5"
  })
  void shouldEqualVilasGridWhenGivenAnImage(
      int width, int height, String scales, int maxTiles, int rows, int columns, int subImages) {
    List<Integer> sizes = List.of(scales.split("/")).stream().map(Integer::valueOf).toList();
    assertThat(TileGrid.of(width, height, sizes, maxTiles))
        .isEqualTo(new TileGrid(new Grid(rows, columns), subImages));
  }

  @Test
  void shouldTakeTheLargerOfTwoGridsWhenTheImageHasThePixels() {
    List<Integer> scales = List.of(100, 200);
    assertThat(TileGrid.of(200, 200, scales, 9).lastScale()).isEqualTo(new Grid(2, 2));
    assertThat(TileGrid.of(220, 220, scales, 9).lastScale()).isEqualTo(new Grid(3, 3));
    assertThat(TileGrid.of(220, 220, scales, 9, 200).lastScale()).isEqualTo(new Grid(2, 2));
  }

  @Test
  void shouldNameEveryProblemWhenNothingFits() {
    assertThatThrownBy(() -> TileGrid.of(0, 5, List.of(896, 448), 0, 0))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining("0x5")
        .hasMessageContaining("ascend")
        .hasMessageContaining("max_tiles")
        .hasMessageContaining("tile size");
    assertThatThrownBy(() -> TileGrid.of(5, 5, List.of(), 1)).hasMessageContaining("is empty");
    assertThat(TileGrid.of(1, 1, NVILA, 12).subImages()).isEqualTo(14);
  }
}
