package io.s2stream.local.memory;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.config.ConfigParser;
import io.s2stream.processor.ProcessorApp;
import io.s2stream.processor.ProcessorConfig;
import io.s2stream.processor.extract.FeatureExtractor;
import io.s2stream.processor.extract.FeatureLayout;
import io.s2stream.processor.extract.FrameBlock;
import io.s2stream.processor.extract.TowerInfo;
import io.s2stream.schemas.TensorType;

/**
 * The real processor with a device that does nothing until a file appears; a process of its own, so
 * that its heap can be small; tells once a second how much of that is in use. Ends with code 3 when
 * it runs out of memory.
 */
final class HeldProcessor implements FeatureExtractor {
  private final Path go;
  private final int side;

  private HeldProcessor(Path go, int side) {
    this.go = go;
    this.side = side;
  }

  /**
   * @param args configuration file, file that releases the device, side of the frames
   */
  public static void main(String[] args) throws Exception {
    ProcessorConfig config = ConfigParser.parse(Path.of(args[0]), ProcessorConfig.class, Map.of());
    HeldProcessor device = new HeldProcessor(Path.of(args[1]), Integer.parseInt(args[2]));
    try (ProcessorApp app = ProcessorApp.start(config, device, new SimpleMeterRegistry())) {
      System.out.println("started");
      while (!app.awaitTermination(Duration.ofSeconds(1))) {
        System.gc(); // what counts is what is held
        Runtime runtime = Runtime.getRuntime();
        System.out.println("heap " + (runtime.totalMemory() - runtime.freeMemory()));
      }
      System.out.println("failed: " + app.failure());
    }
  }

  @Override
  public TowerInfo tower() {
    return new TowerInfo("held", "00");
  }

  @Override
  public FeatureLayout nominalLayout() {
    return layout(side, side);
  }

  @Override
  public FeatureLayout layout(int height, int width) {
    return new FeatureLayout(1, 1, 1, 1, 0, TensorType.FLOAT32, List.of(new int[] {height, width}));
  }

  @Override
  public void extract(List<FrameBlock> blocks) {
    while (!Files.exists(go)) {
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  @Override
  public void close() {}
}
