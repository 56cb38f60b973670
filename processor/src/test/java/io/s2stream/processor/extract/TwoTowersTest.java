package io.s2stream.processor.extract;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.processor.batch.BatchConfig;
import io.s2stream.processor.batch.FrameBatcher;
import io.s2stream.processor.metrics.ForwardMetrics;
import io.s2stream.processor.metrics.ProcessorMetrics;
import io.s2stream.schemas.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two towers in one process, each on a "device" of its own, twice the CPU; or one that two share.
 */
class TwoTowersTest {
  private static final int FRAMES = 12;

  private static RgbFrame frame(int seed) {
    byte[] pixels = new byte[224 * 224 * 3];
    new Random(seed).nextBytes(pixels);
    return new RgbFrame(224, 224, ByteBuffer.wrap(pixels));
  }

  @Test
  void shouldMakeTheSameFeaturesOnEither() throws Exception {
    makesTheSameFeatures(
        new TowerConfig(TestFrames.DEMO_TOWER, "cpu", List.of("cpu", "cpu"), 1, 1, null));
  }

  @Test
  void shouldMakeTheSameFeaturesInForwardsSideBySide() throws Exception {
    makesTheSameFeatures(new TowerConfig(TestFrames.DEMO_TOWER, "cpu", List.of(), 2, 1, null));
  }

  /** Its tiles come as float32, and a module that all instances share makes them bfloat16. */
  @Test
  void shouldMakeTheSameFeaturesOfATowerInBfloat16(@TempDir Path folder) throws Exception {
    try (InputStream in = getClass().getResourceAsStream("/towers/vit-tiny-cls-bfloat16.pt")) {
      Files.copy(in, folder.resolve("tower.pt"));
    }
    Files.writeString(
        folder.resolve("serving.properties"),
        "option.s2.inputSize=32\noption.s2.prefixTokens=1\noption.s2.dtype=bfloat16\n");
    makesTheSameFeatures(new TowerConfig(folder, "cpu", List.of(), 2, 1, null));
    makesTheSameFeatures(new TowerConfig(folder, "cpu", List.of("cpu", "cpu"), 1, 1, null));
  }

  private void makesTheSameFeatures(TowerConfig tower) throws Exception {
    S2Config s2 = TestFrames.options("{scales: [1]}");
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    List<FeatureExtractor> devices =
        S2FeatureExtractor.loadAll(
            tower,
            s2,
            PoolConfig.NONE,
            TensorType.FLOAT32,
            device -> new ForwardMetrics(meters, device));
    int bytes = devices.get(0).nominalLayout().bytesPerFrame();
    List<ByteBuffer> expected = new ArrayList<>();
    for (int i = 0; i < FRAMES; i++) {
      ByteBuffer out = ByteBuffer.allocate(bytes);
      devices.get(0).extract(FrameBlock.each(List.of(frame(i)), List.of(out)));
      expected.add(out);
    }
    List<ByteBuffer> found = new ArrayList<>();
    List<CompletableFuture<Void>> done = new ArrayList<>();
    try (FrameBatcher batcher =
        new FrameBatcher(
            devices,
            Collections.nCopies(devices.size(), new BatchConfig(1, Duration.ZERO)),
            new ProcessorMetrics(meters))) {
      for (int i = 0; i < FRAMES; i++) {
        ByteBuffer out = ByteBuffer.allocate(bytes);
        found.add(out);
        done.add(batcher.submit(FrameBlock.each(List.of(frame(i)), List.of(out))));
      }
      for (CompletableFuture<Void> one : done) {
        one.get();
      }
    } finally {
      devices.forEach(FeatureExtractor::close);
    }

    assertThat(found).isEqualTo(expected);
    for (String device : List.of("0", "1")) {
      assertThat(meters.get(ProcessorMetrics.FORWARD).tag("device", device).timer().count())
          .isPositive();
      assertThat(meters.get(ProcessorMetrics.TILE_LIMIT).tag("device", device).gauge().value())
          .isPositive();
    }
  }
}
