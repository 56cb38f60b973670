package io.s2stream.processor.s2;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class RowBandTest {
  @AutoClose private final PixelTower pixels = new PixelTower();
  @AutoClose private final TensorOps ops = TensorOps.load(Device.cpu());
  @AutoClose private final NDManager manager = pixels.newManager();

  @ParameterizedTest
  @CsvSource({
    "32, 96, 32",
    "64, 96, 32",
    "96, 64, 32",
    "40, 96, 32",
    "33, 99, 33",
    "50, 70, 32",
    "100, 378, 38",
    "7, 13, 4",
    "96, 32, 8"
  })
  void shouldEqualTheWholeWhenResizedBandByBand(int from, int to, int tile) {
    NDArray image = manager.randomNormal(new Shape(1, 3, from, 20));
    var size = new ImageSize(to, 30);
    NDArray whole = ops.bicubic(image, size);
    for (int top = 0; top < to; top += tile) {
      int rows = Math.min(tile, to - top);
      RowBand band = RowBand.of(from, to, top, rows);
      NDArray part = ops.bicubicRows(image, size, band);
      NDArray expected = whole.get(":, :, {}:{}", top, top + rows);
      assertThat(part.getShape()).isEqualTo(expected.getShape());
      // Positions are float32 numbers, which round differently further down; this is noise, which
      // differs much from pixel to pixel.
      assertThat(part.sub(expected).abs().max().getFloat()).isLessThan(5e-5f);
    }
  }

  @Test
  void shouldCropWhereBothImagesHaveAnEdge() {
    // Three rows of the result for two of the original.
    assertThat(RowBand.period(448, 672)).isEqualTo(3);
    RowBand band = RowBand.of(448, 672, 224, 224);
    assertThat(band.origin() * 448).isEqualTo(band.cropTop() * 672);
    assertThat(band.cropTop()).isBetween(140, 147);
    assertThat(band.cropBottom()).isBetween(300, 304);
  }
}
