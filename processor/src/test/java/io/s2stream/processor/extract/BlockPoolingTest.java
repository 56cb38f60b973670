package io.s2stream.processor.extract;

import java.util.List;
import java.util.Random;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.s2stream.schemas.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

class BlockPoolingTest {
  private static final int FRAMES = 5;
  private static final int HEIGHT = 4;
  private static final int WIDTH = 7;
  private static final int CHANNELS = 3;

  private final Random random = new Random(1);

  @ParameterizedTest
  @CsvSource({
    "0, 1, 1, 1",
    "0, 2, 1, 1",
    "0, 1, 2, 1",
    "0, 1, 1, 3",
    "0, 2, 3, 4",
    "1, 2, 3, 4",
    "3, 9, 9, 9"
  })
  void shouldTakeTheMeanOfEachBlock(int prefix, int t, int h, int w) {
    // given
    var pool = new PoolConfig(t, h, w);
    int tokens = prefix + HEIGHT * WIDTH;
    float[] values = values(FRAMES * tokens * CHANNELS);
    FeatureLayout layout = layout(prefix, pool);

    // when
    float[] pooled;
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray features = manager.create(values, new Shape(FRAMES, tokens, CHANNELS));
      NDArray result = new BlockPooling(pool).apply(features, layout, HEIGHT, blocks(FRAMES, t));
      assertThat(result.getShape())
          .isEqualTo(new Shape(pool.blocks(FRAMES), layout.tokens(), CHANNELS));
      pooled = result.toFloatArray();
    }

    // then
    int at = 0;
    for (int block = 0; block < pool.blocks(FRAMES); block++) {
      int first = block * t;
      int last = Math.min(FRAMES, first + t);
      for (int token = 0; token < layout.tokens(); token++) {
        for (int channel = 0; channel < CHANNELS; channel++) {
          double sum = 0;
          int count = 0;
          for (int frame = first; frame < last; frame++) {
            for (int source = 0; source < tokens; source++) {
              if (target(source, prefix, pool, layout) == token) {
                sum += values[(frame * tokens + source) * CHANNELS + channel];
                count++;
              }
            }
          }
          assertThat((double) pooled[at++]).isCloseTo(sum / count, offset(1e-6));
        }
      }
    }
  }

  /** Which token of the result a token becomes part of. */
  private static int target(int source, int prefix, PoolConfig pool, FeatureLayout layout) {
    if (source < prefix) {
      return source;
    }
    int row = (source - prefix) / WIDTH / pool.h();
    int column = (source - prefix) % WIDTH / pool.w();
    return prefix + row * layout.gridWidth() + column;
  }

  @Test
  void shouldPoolFeatureMapsAsTheyLie() {
    // given
    var pool = new PoolConfig(1, 2, 2);
    float[] values = values(2 * CHANNELS * HEIGHT * WIDTH);

    // when
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray maps = manager.create(values, new Shape(2, CHANNELS, HEIGHT, WIDTH));
      NDArray result = new BlockPooling(pool).apply(maps, layout(0, pool), HEIGHT, List.of(1, 1));

      // then
      assertThat(result.getShape()).isEqualTo(new Shape(2, CHANNELS, 2, 4));
      assertThat(result.getFloat(0, 0, 0, 0))
          .isCloseTo((values[0] + values[1] + values[7] + values[8]) / 4, offset(1e-6f));
      assertThat(result.getFloat(0, 0, 0, 3))
          .isCloseTo((values[6] + values[13]) / 2, offset(1e-6f));
    }
  }

  private static FeatureLayout layout(int prefix, PoolConfig pool) {
    int rows = pool.rows(HEIGHT);
    int columns = pool.columns(WIDTH);
    return new FeatureLayout(
        prefix + rows * columns,
        CHANNELS,
        rows,
        columns,
        prefix,
        TensorType.FLOAT32,
        List.of(),
        pool);
  }

  private static List<Integer> blocks(int frames, int size) {
    var blocks = new java.util.ArrayList<Integer>();
    for (int left = frames; left > 0; left -= size) {
      blocks.add(Math.min(size, left));
    }
    return blocks;
  }

  private float[] values(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
