package io.s2stream.processor.extract;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.processor.metrics.ForwardMetrics;
import io.s2stream.processor.metrics.ProcessorMetrics;
import io.s2stream.processor.s2.OutOfDeviceMemoryException;
import io.s2stream.processor.s2.Phase;
import io.s2stream.processor.tower.TestTowers;
import io.s2stream.processor.tower.TileFeatures;
import io.s2stream.processor.tower.Tower;
import io.s2stream.processor.tower.TowerSpec;
import io.s2stream.schemas.TensorType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the meters say of real forwards, also when the device's memory is small. */
class ForwardMetricsTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private SmallMemoryTower tower;
  private S2FeatureExtractor extractor;

  /** A golden tower on a device that holds only so many tiles. */
  private static final class SmallMemoryTower implements Tower {
    private final Tower tower;
    private int fits = 100;

    SmallMemoryTower(Tower tower) {
      this.tower = tower;
    }

    @Override
    public NDArray features(NDArray tiles) {
      if (tiles.getShape().get(0) > fits) {
        throw new EngineException("CUDA out of memory. Tried to allocate 20.00 MiB.");
      }
      return tower.features(tiles);
    }

    @Override
    public TowerSpec spec() {
      return tower.spec();
    }

    @Override
    public TileFeatures describe(int tileSize) {
      return tower.describe(tileSize);
    }

    @Override
    public Device device() {
      return tower.device();
    }

    @Override
    public NDManager newManager() {
      return tower.newManager();
    }

    @Override
    public void close() {
      tower.close();
    }
  }

  @BeforeEach
  void load() throws Exception {
    tower = new SmallMemoryTower(TestTowers.golden("vit-tiny.pt"));
    S2Config config = TestFrames.options("max-tiles-per-forward: 8");
    extractor =
        new S2FeatureExtractor(
            tower, config, PoolConfig.NONE, TensorType.FLOAT16, new ForwardMetrics(meters, 0));
  }

  @AfterEach
  void close() {
    extractor.close();
  }

  private void extract() throws FrameRejectedException {
    var frame = new RgbFrame(64, 64, ByteBuffer.allocate(3 * 64 * 64));
    int bytes = extractor.layout(64, 64).bytesPerFrame();
    extractor.extract(
        FrameBlock.each(
            List.of(frame, frame),
            List.of(ByteBuffer.allocate(bytes), ByteBuffer.allocate(bytes))));
  }

  @Test
  void shouldTellWhereTheTimeOfEachForwardGoes() throws Exception {
    // when
    long start = System.nanoTime();
    extract();
    extract();
    long nanos = System.nanoTime() - start;

    // then
    double sum = 0;
    for (Phase phase : Phase.values()) {
      var timer = meters.get(ProcessorMetrics.FORWARD_PHASE).tag("phase", phase.label()).timer();
      assertThat(timer.count()).as(phase.label()).isEqualTo(2);
      assertThat(timer.totalTime(TimeUnit.NANOSECONDS)).as(phase.label()).isPositive();
      sum += timer.totalTime(TimeUnit.NANOSECONDS);
    }
    assertThat(sum).isLessThanOrEqualTo(nanos);
  }

  @Test
  void shouldCountHalvingsAndShowTheLimitWhenMemoryRunsShort() throws Exception {
    // given
    assertThat(meters.get(ProcessorMetrics.TILE_LIMIT).gauge().value()).isEqualTo(8);
    tower.fits = 3;

    // when
    extract();

    // then
    assertThat(meters.get(ProcessorMetrics.TILE_HALVINGS).counter().count()).isEqualTo(2);
    assertThat(meters.get(ProcessorMetrics.TILE_LIMIT).gauge().value()).isEqualTo(2);

    // and when not even one tile fits
    tower.fits = 0;
    assertThatThrownBy(this::extract)
        .isInstanceOf(OutOfDeviceMemoryException.class)
        .hasMessageContaining("not even one tile of 32x32 pixels fits the memory of cpu()");
    assertThat(meters.get(ProcessorMetrics.TILE_LIMIT).gauge().value()).isEqualTo(1);
    assertThat(meters.get(ProcessorMetrics.FORWARD_PHASE).tag("phase", "tower").timer().count())
        .isEqualTo(1);
  }
}
