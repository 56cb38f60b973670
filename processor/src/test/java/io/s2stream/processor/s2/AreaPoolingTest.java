package io.s2stream.processor.s2;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class AreaPoolingTest {

  @Test
  void shouldShareAWindowBetweenTilesWhenItCrossesTheirEdge() {
    // 2 tiles of 3 cells to 4 cells: windows 0-1, 1-2, 3-4, 4-5; and to 3: 0-1, 2-3, 4-5
    List<AreaPooling> aligned = AreaPooling.of(6, 3, 4);
    assertThat(aligned).extracting(AreaPooling::aligned).containsExactly(true, true);
    List<AreaPooling> crossing = AreaPooling.of(6, 3, 3);
    assertThat(crossing).extracting(AreaPooling::aligned).containsExactly(false, false);
    assertThat(crossing).extracting(AreaPooling::first).containsExactly(0, 1);
    assertThat(crossing.get(0).weights()).containsExactly(.5f, .5f, 0, 0, 0, .5f);
    assertThat(crossing.get(1).weights()).containsExactly(.5f, 0, 0, 0, .5f, .5f);
  }

  @ParameterizedTest
  @CsvSource({
    "27, 27, 27",
    "54, 27, 27",
    "81, 27, 27",
    "42, 14, 14",
    "14, 14, 42",
    "9, 4, 7",
    "5, 4, 13",
    "63, 9, 1",
    "1, 1, 5",
    "1000, 7, 333"
  })
  void shouldWeighEveryCellAsPyTorchsAdaptivePoolingDoes(int total, int tileCells, int size) {
    // given
    List<AreaPooling> tiles = AreaPooling.of(total, tileCells, size);

    // when: the whole pooling matrix, put together from the tiles' parts
    float[][] weights = new float[size][total];
    int start = 0;
    for (AreaPooling tile : tiles) {
      for (int i = 0; i < tile.count(); i++) {
        for (int cell = 0; cell < tile.cells(); cell++) {
          weights[tile.first() + i][start + cell] = tile.weights()[i * tile.cells() + cell];
        }
      }
      start += tile.cells();
    }

    // then
    assertThat(start).isEqualTo(total);
    for (int i = 0; i < size; i++) {
      int from = (int) Math.floor((double) i * total / size);
      int to = (int) Math.ceil((i + 1.0) * total / size);
      for (int cell = 0; cell < total; cell++) {
        float expected = cell >= from && cell < to ? 1f / (to - from) : 0;
        assertThat(weights[i][cell]).isCloseTo(expected, within(1e-7f));
      }
    }
  }
}
