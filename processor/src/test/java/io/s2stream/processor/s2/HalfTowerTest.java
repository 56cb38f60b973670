package io.s2stream.processor.s2;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.s2stream.processor.tower.TestTowers;
import io.s2stream.processor.tower.TorchTower;
import io.s2stream.processor.tower.Tower;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Towers whose weights have 16 bits; what comes before and after them stays in float32. */
class HalfTowerTest {
  private static final S2Options OPTIONS =
      S2Options.ofScales(1, 2, 3).withOutput(0, 1, OutputShape.BNC).withChunks(false, 5);

  @TempDir private Path folder;
  @AutoClose private final TensorOps ops = TensorOps.load(Device.cpu());

  private Tower tower(String dtype) throws Exception {
    String name = "vit-tiny-cls-" + dtype + ".pt";
    try (InputStream in = HalfTowerTest.class.getResourceAsStream("/towers/" + name)) {
      Files.copy(in, folder.resolve(name));
    }
    Files.writeString(
        folder.resolve("serving.properties"),
        "option.s2.inputSize=32\noption.s2.prefixTokens=1\noption.s2.dtype=" + dtype + "\n");
    return TorchTower.load(folder, Device.cpu());
  }

  private static float[] images() {
    var random = new Random(3);
    float[] values = new float[2 * 3 * 40 * 40];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private float[] forward(Tower tower) {
    try (NDManager manager = tower.newManager()) {
      NDArray images = manager.create(images(), new Shape(2, 3, 40, 40));
      NDArray out =
          new S2Forward(tower, ops)
              .forward(
                  images,
                  OPTIONS
                      .withImgSizes(
                          List.of(ImageSize.square(32), ImageSize.square(64), ImageSize.square(96)))
                      .withMaxSplit(32, SplitMode.EXACT));
      assertThat(out.getDataType()).isEqualTo(DataType.FLOAT32);
      return out.toFloatArray();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"float16", "bfloat16"})
  void shouldComeCloseToFloat32WhenTheTowerHasHalfItsBits(String dtype) throws Exception {
    // given
    float[] expected;
    try (Tower tower = TestTowers.golden("vit-tiny-cls.pt")) {
      expected = forward(tower);
    }

    // when
    float[] actual;
    try (Tower tower = tower(dtype)) {
      assertThat(tower.spec().dtype().name()).isEqualToIgnoringCase(dtype);
      actual = forward(tower);
    }

    // then
    assertThat(cosine(actual, expected)).isGreaterThan(0.999);
    // They are not the same: the tower did compute in its own type.
    assertThat(GoldenForwardTest.maxError(actual, expected)).isGreaterThan(1e-5f);
  }

  @Test
  void shouldTakeFloat16ImagesWhenTheTowerIsFloat32() throws Exception {
    try (Tower tower = TestTowers.golden("vit-tiny.pt");
        NDManager manager = tower.newManager()) {
      NDArray images = manager.randomNormal(new Shape(1, 3, 32, 32));
      NDArray halves = images.toType(DataType.FLOAT16, true);
      var forward = new S2Forward(tower, ops);
      float[] expected =
          forward
              .forward(halves.toType(DataType.FLOAT32, true), S2Options.ofScales(1, 2))
              .toFloatArray();
      assertThat(forward.forward(halves, S2Options.ofScales(1, 2)).toFloatArray())
          .isEqualTo(expected);
    }
  }

  private static double cosine(float[] a, float[] b) {
    assertThat(a).hasSameSizeAs(b);
    double product = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      squaresA += (double) a[i] * a[i];
      squaresB += (double) b[i] * b[i];
    }
    return product / Math.sqrt(squaresA * squaresB);
  }
}
