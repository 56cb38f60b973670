package io.s2stream.processor.s2;

import java.util.ArrayList;
import java.util.List;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.s2stream.processor.tower.TileFeatures;
import io.s2stream.processor.tower.Tower;
import io.s2stream.processor.tower.TowerSpec;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What happens when the tower's tiles don't fit the device's memory. */
class DeviceMemoryTest {
  private static final String CUDA =
      "The following operation failed in the TorchScript interpreter.\n"
          + "Traceback of TorchScript (most recent call last):\nRuntimeError: CUDA out of memory. Tried to allocate"
          + " 20.00 MiB. GPU 0 has a total capacity of 139.72 GiB of which 11.44 MiB is free.";
  private static final S2Options OPTIONS =
      S2Options.ofScales(1, 2).withOutput(0, 0, OutputShape.BCHW).withChunks(false, 12);

  /** Fails for more tiles than fit, as libtorch does. */
  private static final class SmallMemoryTower implements Tower {
    private final PixelTower pixels = new PixelTower();
    private final int fits;
    private final String message;

    SmallMemoryTower(int fits, String message) {
      this.fits = fits;
      this.message = message;
    }

    @Override
    public NDArray features(NDArray tiles) {
      if (tiles.getShape().get(0) > fits) {
        throw new EngineException(message);
      }
      return pixels.features(tiles);
    }

    @Override
    public TowerSpec spec() {
      return pixels.spec();
    }

    @Override
    public TileFeatures describe(int tileSize) {
      return pixels.describe(tileSize);
    }

    @Override
    public Device device() {
      return Device.gpu(0);
    }

    @Override
    public NDManager newManager() {
      return pixels.newManager();
    }

    @Override
    public void close() {
      pixels.close();
    }
  }

  @AutoClose private final TensorOps ops = TensorOps.load(Device.cpu());
  private final List<List<Integer>> events = new ArrayList<>();
  private final MemoryObserver observer =
      (tileSize, failed, next) -> events.add(List.of(tileSize, failed, next));

  @ParameterizedTest
  @ValueSource(
      strings = {
        CUDA,
        "CUDA error: out of memory\nCUDA kernel errors might be asynchronously reported",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "[enforce fail at alloc_cpu.cpp:115] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate"
            + " 17592186044416 bytes. Error code 12 (Cannot allocate memory)",
        "[enforce fail at alloc_cpu.cpp:117] data. DefaultCPUAllocator: not enough memory: you tried to allocate 1 bytes."
      })
  void shouldHalveTheTilesAndLoseNothingWhenTheyDoNotFit(String message) {
    try (var tower = new SmallMemoryTower(3, message);
        NDManager manager = tower.newManager()) {
      // given
      NDArray images = manager.randomNormal(new Shape(3, 3, 16, 16));
      NDArray expected = new S2Forward(tower.pixels, ops).forward(images, OPTIONS);
      tower.pixels.batchSizes.clear();
      var forward = new S2Forward(tower, ops, observer, new PhaseTimes());

      // when
      NDArray out = forward.forward(images, OPTIONS);

      // then
      assertThat(out.toFloatArray()).isEqualTo(expected.toFloatArray());
      assertThat(events).containsExactly(List.of(16, 12, 6), List.of(16, 6, 3));
      assertThat(tower.pixels.batchSizes).containsExactly(3, 3, 3, 3, 3);

      // and the next forward knows
      forward.forward(images, OPTIONS);
      assertThat(events).hasSize(2);
    }
  }

  @Test
  void shouldRememberEachTileSizeByItselfWhenScalesHaveSeveral() {
    try (var tower = new SmallMemoryTower(2, CUDA);
        NDManager manager = tower.newManager()) {
      NDArray images = manager.randomNormal(new Shape(4, 3, 16, 16));
      new S2Forward(tower, ops, observer, new PhaseTimes())
          .forward(images, OPTIONS.withScales(List.of(0.5, 1.0)).withChunks(false, 4));
      assertThat(events).containsExactly(List.of(8, 4, 2), List.of(16, 4, 2));
    }
  }

  @Test
  void shouldSayThatNotOneTileFitsWhenThatIsSo() {
    try (var tower = new SmallMemoryTower(0, CUDA);
        NDManager manager = tower.newManager()) {
      NDArray images = manager.randomNormal(new Shape(1, 3, 16, 16));
      int before = manager.getManagedArrays().size();
      assertThatThrownBy(
              () -> new S2Forward(tower, ops, observer, new PhaseTimes()).forward(images, OPTIONS))
          .isInstanceOf(OutOfDeviceMemoryException.class)
          .hasMessageContaining("not even one tile of 16x16 pixels")
          .hasMessageContaining("gpu(0)")
          .hasCauseInstanceOf(EngineException.class);
      assertThat(events).containsExactly(List.of(16, 5, 2), List.of(16, 2, 1));
      assertThat(manager.getManagedArrays()).hasSize(before);
    }
  }

  @Test
  void shouldSayThatTheResultDoesNotFitWhenItIsTooLarge() {
    try (var tower = new PixelTower();
        NDManager manager = tower.newManager()) {
      // given: 4 TB for the features of a million frames
      var size = ImageSize.square(16);
      S2Plan plan =
          S2Plan.of(
              OPTIONS.withScales(List.of(1.0, 40.0)).withOutput(1, 0, OutputShape.BCHW),
              size,
              tower);

      // when / then
      assertThatThrownBy(
              () ->
                  new S2Forward(tower, ops)
                      .forward(
                          plan, 1_000_000, (frame, scope) -> scope.zeros(new Shape(1)), manager))
          .isInstanceOf(OutOfDeviceMemoryException.class)
          .hasMessageContaining("1000000 frames");
    }
  }

  @Test
  void shouldPassOnOtherErrorsWhenTheTowerFails() {
    try (var tower = new SmallMemoryTower(0, "expected scalar type Half but found Float");
        NDManager manager = tower.newManager()) {
      NDArray images = manager.randomNormal(new Shape(1, 3, 16, 16));
      assertThatThrownBy(
              () -> new S2Forward(tower, ops, observer, new PhaseTimes()).forward(images, OPTIONS))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("scalar type");
      assertThat(events).isEmpty();
    }
  }
}
