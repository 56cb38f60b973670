package io.s2stream.processor.s2;

import java.util.ArrayList;
import java.util.List;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.s2stream.processor.tower.CpuThreads;
import io.s2stream.processor.tower.TestTowers;
import io.s2stream.processor.tower.TileFeatures;
import io.s2stream.processor.tower.Tower;
import io.s2stream.processor.tower.TowerSpec;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

/** Counts what is allocated and not freed in glibc's heap, where all tensors of the CPU live. */
@EnabledOnOs(OS.LINUX)
class BoundedMemoryTest {
  private static final int TILE = 378;
  private static final int PATCH = 14;
  private static final int SIDE = TILE / PATCH;

  /** What the JVM itself allocates meanwhile: compiled code, classes, threads. */
  private static final long NOISE_BYTES = 12L << 20;

  @AutoClose private final TensorOps ops = TensorOps.load(Device.cpu());

  @Test
  void shouldFreeEverythingWhenAThousandForwardsAreDone() throws Exception {
    try (Tower tower = TestTowers.golden("vit-tiny-cls.pt")) {
      // given
      var forward = new S2Forward(tower, ops);
      S2Options options =
          S2Options.ofImgSizes(32, 64)
              .withMaxSplit(32, SplitMode.PAD)
              .withOutput(0, 1, OutputShape.BNC)
              .withChunks(false, 5);
      forwards(forward, tower, options, 625);

      // when: the JVM's compiler takes and returns megabytes now and then, for longer on a busy
      // machine; what leaks leaks always. The smallest array here, the features of one tile, would
      // make 270 kB.
      int quietInARow = 0;
      var growth = new ArrayList<Long>();
      while (quietInARow < 3 && growth.size() < 80) {
        long before = NativeHeap.liveBytes();
        forwards(forward, tower, options, 125);
        growth.add(NativeHeap.liveBytes() - before);
        quietInARow = Math.abs(growth.get(growth.size() - 1)) < 120_000 ? quietInARow + 1 : 0;
      }

      // then
      assertThat(quietInARow).as("growth over each 125 forwards: %s", growth).isEqualTo(3);
    }
  }

  private static void forwards(S2Forward forward, Tower tower, S2Options options, int count) {
    for (int i = 0; i < count; i++) {
      try (NDManager manager = tower.newManager()) {
        NDArray images = manager.ones(new Shape(1, 3, 40, 40));
        assertThat(forward.forward(images, options).getShape()).isEqualTo(new Shape(1, 17, 64));
      }
    }
  }

  /**
   * 27 x 27 tokens of 6 channels per tile, made of the tile's pixels; notes what is live at its
   * runs.
   */
  private static final class PatchTower implements Tower {
    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    private long peakBytes;
    private int tiles;
    private int runs;

    @Override
    public NDArray features(NDArray tiles) {
      long count = tiles.getShape().get(0);
      this.tiles += (int) count;
      runs++;
      peakBytes = Math.max(peakBytes, NativeHeap.liveBytes());
      try (NDManager scope = tiles.getManager().newSubManager()) {
        NDArray cells = tiles.reshape(count, 3, SIDE, PATCH, SIDE, PATCH);
        cells.attach(scope);
        NDArray means =
            cells.mean(new int[] {5}).mean(new int[] {3}).reshape(count, 3, SIDE * SIDE);
        NDArray tokens = means.transpose(0, 2, 1);
        NDArray both = tokens.concat(tokens.neg(), 2);
        both.attach(tiles.getManager());
        return both;
      }
    }

    @Override
    public TowerSpec spec() {
      return new TowerSpec(
          "patches", "", TILE, 0, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f), DataType.FLOAT32);
    }

    @Override
    public TileFeatures describe(int tileSize) {
      return new TileFeatures.Tokens(SIDE * SIDE, 6);
    }

    @Override
    public Device device() {
      return Device.cpu();
    }

    @Override
    public NDManager newManager() {
      return manager.newSubManager();
    }

    @Override
    public void close() {
      manager.close();
    }
  }

  @Test
  void shouldHoldNothingOfTheResizedImageWhenItHas3780Pixels() {
    // given: 1, 25 and 100 tiles
    CpuThreads.set(1);
    S2Options options =
        S2Options.ofImgSizes(378, 1890, 3780)
            .withMaxSplit(TILE, SplitMode.EXACT)
            .withOutput(-1, 0, OutputShape.BNC)
            .withChunks(false, 8);
    long image = 3L * 4 * 3780 * 3780;
    long tiles = 8L * 3 * 4 * TILE * TILE;
    long out = 4L * (270 * 270) * 18;
    try (var tower = new PatchTower();
        NDManager manager = tower.newManager()) {
      NDArray input = manager.ones(new Shape(1, 3, 1000, 1000));
      var forward = new S2Forward(tower, ops);
      try (NDManager scope = tower.newManager()) {
        forward.forward(
            scope.ones(new Shape(1, 3, 400, 400)),
            options.withImgSizes(List.of(ImageSize.square(756))));
      }
      tower.peakBytes = 0;
      tower.tiles = 0;
      tower.runs = 0;
      long before = NativeHeap.liveBytes();

      // when
      NDArray result = forward.forward(input, options);

      // then
      assertThat(result.getShape()).isEqualTo(new Shape(1, 270 * 270, 18));
      assertThat(tower.tiles).isEqualTo(126);
      assertThat(tower.runs).isEqualTo(16);
      assertThat(tower.peakBytes - before).isLessThan(tiles + out + NOISE_BYTES);
      assertThat(NativeHeap.liveBytes() - before).isLessThan(out + NOISE_BYTES);
      // The bound is worth something: the whole image would not fit it, nor would a row of tiles.
      assertThat(tiles + out + NOISE_BYTES).isLessThan(image / 4);
    }
  }
}
