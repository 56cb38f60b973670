package io.s2stream.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A float32 array that DJL has read from a {@code .npy} file: a reader that shares no code with the
 * commands.
 */
record Floats(long[] shape, float[] values) {

  static Floats read(Path file) throws IOException {
    try (NDManager manager = NDManager.newBaseManager();
        InputStream in = Files.newInputStream(file)) {
      NDList arrays = NDList.decode(manager, in);
      return new Floats(arrays.get(0).getShape().getShape(), arrays.get(0).toFloatArray());
    }
  }

  void assertCloseTo(Floats expected, float tolerance) {
    assertThat(shape).isEqualTo(expected.shape);
    float max = 0;
    for (int i = 0; i < values.length; i++) {
      // Written so that NaN counts as far.
      float error = Math.abs(values[i] - expected.values[i]);
      max = error <= max ? max : error;
    }
    assertThat(max).isLessThan(tolerance);
  }
}
