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

class BandTest {
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
  void shouldEqualTheWholeWhenResizedTileByTile(int from, int to, int tile) {
    NDArray image = manager.randomNormal(new Shape(1, 3, from, 2 * from));
    var size = new ImageSize(to, 2 * to);
    NDArray whole = ops.bicubic(image, size);
    for (int top = 0; top < to; top += tile) {
      for (int left = 0; left < 2 * to; left += tile) {
        Band rows = Band.of(from, to, top, Math.min(tile, to - top));
        Band columns = Band.of(2 * from, 2 * to, left, Math.min(tile, 2 * to - left));
        NDArray part = ops.bicubicPart(image, size, rows, columns);
        NDArray expected =
            whole.get(":, :, {}:{}, {}:{}", top, top + rows.size(), left, left + columns.size());
        assertThat(part.getShape()).isEqualTo(expected.getShape());
        // Positions are float32 numbers, which round differently further down; this is noise,
        // which differs much from pixel to pixel.
        assertThat(part.sub(expected).abs().max().getFloat()).isLessThan(1e-4f);
      }
    }
  }

  @Test
  void shouldCropWhereBothImagesHaveAnEdge() {
    // Three rows of the result for two of the original.
    assertThat(Band.period(448, 672)).isEqualTo(3);
    Band band = Band.of(448, 672, 224, 224);
    assertThat(band.origin() * 448).isEqualTo(band.cropStart() * 672);
    assertThat(band.cropStart()).isBetween(140, 147);
    assertThat(band.cropEnd()).isBetween(300, 304);
  }
}
