package io.s2stream.processor.extract;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.s2stream.processor.s2.InvalidOptionsException;
import io.s2stream.processor.s2.PhaseTimes;
import io.s2stream.processor.tower.TestTowers;
import io.s2stream.processor.tower.TorchTower;
import io.s2stream.processor.tower.Tower;
import io.s2stream.schemas.TensorType;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Which options a tower goes with, and what is left of an extractor that can't be made. */
class ExtractorLoadTest {
  private final List<NDManager> managers = new ArrayList<>();
  private int closed;

  @Test
  void shouldFreeAllItMadeWhenItFailsAtLast() throws Exception {
    // given: what is called last
    var observer =
        new ExtractionObserver() {
          @Override
          public void onTileLimit(int tiles) {
            throw new IllegalStateException("no such meter");
          }

          @Override
          public void onFewerTiles(int tileSize, int failedTiles, int nextTiles) {}

          @Override
          public void onForward(PhaseTimes times) {}
        };
    Tower tower = watched(TorchTower.load(TestFrames.DEMO_TOWER, Device.cpu()));

    // when
    assertThatThrownBy(
            () ->
                new S2FeatureExtractor(
                    tower,
                    TestFrames.options("scales: [1]"),
                    PoolConfig.NONE,
                    TensorType.FLOAT16,
                    observer))
        .hasMessage("no such meter");

    // then
    assertThat(closed).isEqualTo(1);
    assertThat(managers).isNotEmpty().noneMatch(NDManager::isOpen);
  }

  /** The same tower; notes its managers, and whether it was closed. */
  private Tower watched(Tower tower) {
    return (Tower)
        Proxy.newProxyInstance(
            Tower.class.getClassLoader(),
            new Class<?>[] {Tower.class},
            (proxy, method, arguments) -> {
              Object result = method.invoke(tower, arguments);
              if (result instanceof NDManager manager) {
                managers.add(manager);
              }
              closed += method.getName().equals("close") ? 1 : 0;
              return result;
            });
  }

  @Test
  void shouldTakeALimitOfTileSizesThatNoTileComesTo() throws Exception {
    // The tower takes 224 pixels only, which is what both sizes are cut into.
    S2Config options = TestFrames.options("{img-sizes: [224, 448], max-split-size: 300}");
    try (var extractor =
        S2FeatureExtractor.load(TestFrames.demoTower(), options, TensorType.FLOAT16)) {
      assertThat(extractor.nominalLayout().channels()).isEqualTo(384);
    }
  }

  @Test
  void shouldSayWhichTilesTheTowerTakesWhenThereAreOthers() {
    assertRefused(
        TestFrames.DEMO_TOWER,
        "{img-sizes: [224, 448], max-split-size: 448}",
        "tiles of 448 pixels, the tower demo-vit takes only 224");
  }

  @Test
  void shouldSayThatTheTowerFailsWhenNothingIsKnownOfIt() throws Exception {
    assertRefused(
        TestTowers.goldenFile("vit-tiny.pt"),
        "{img-sizes: [48], max-split-size: 48}",
        "fails on a tile of 48x48");
  }

  private static void assertRefused(Path model, String options, String problem) {
    assertThatThrownBy(
            () ->
                S2FeatureExtractor.load(
                    new TowerConfig(model, "cpu", 1),
                    TestFrames.options(options),
                    TensorType.FLOAT16))
        .isInstanceOf(InvalidOptionsException.class)
        .hasMessageContaining(problem);
  }
}
