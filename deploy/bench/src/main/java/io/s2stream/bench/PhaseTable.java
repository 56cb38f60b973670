package io.s2stream.bench;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

import io.s2stream.config.ConfigException;
import io.s2stream.config.ConfigParser;
import io.s2stream.processor.extract.ExtractionObserver;
import io.s2stream.processor.extract.FeatureLayout;
import io.s2stream.processor.extract.FrameBlock;
import io.s2stream.processor.extract.PoolConfig;
import io.s2stream.processor.extract.RgbFrame;
import io.s2stream.processor.extract.S2Config;
import io.s2stream.processor.extract.S2FeatureExtractor;
import io.s2stream.processor.extract.TowerConfig;
import io.s2stream.processor.s2.Phase;
import io.s2stream.processor.s2.PhaseTimes;
import io.s2stream.processor.tower.TowerLoadException;
import io.s2stream.schemas.TensorType;

/**
 * Where the time of an extraction goes, as the processor does it: frames of the largest scale's
 * size in, float16 features out.
 */
final class PhaseTable {
  static final String HEADER =
      "| tower | threads | frames | k | all | "
          + Arrays.stream(Phase.values()).map(Phase::label).collect(Collectors.joining(" | "))
          + " |\n"
          + "|---".repeat(5 + Phase.values().length)
          + "|";
  private static final int WARM_UPS = 2;

  private final TowerConfig tower;
  private final String options;

  /**
   * @param options the processor's {@code s2} section
   */
  PhaseTable(TowerConfig tower, String options) {
    this.tower = tower;
    this.options = options;
  }

  /** Sums up the times of all forwards but the warm-ups. */
  private static final class Sums implements ExtractionObserver {
    private final Map<Phase, Long> nanos = new EnumMap<>(Phase.class);
    private int forwards;

    @Override
    public void onForward(PhaseTimes times) {
      if (forwards++ >= WARM_UPS) {
        for (Phase phase : Phase.values()) {
          nanos.merge(phase, times.nanos(phase), Long::sum);
        }
      }
    }

    @Override
    public void onTileLimit(int tiles) {}

    @Override
    public void onFewerTiles(int tileSize, int failedTiles, int nextTiles) {
      throw new IllegalStateException("k = " + failedTiles + " tiles don't fit the memory");
    }
  }

  /** One line of the table: measures this many forwards of so many frames. */
  String line(int threads, int frames, int k, int repeats)
      throws ConfigException, TowerLoadException {
    var config = ConfigParser.parse(options, "the benchmark", S2Config.class, Map.of());
    var sums = new Sums();
    String name;
    try (var extractor =
        S2FeatureExtractor.load(tower, config, PoolConfig.NONE, TensorType.FLOAT16, sums)) {
      name = extractor.tower().name();
      FeatureLayout layout = extractor.nominalLayout();
      int[] size = layout.imageSizes().get(layout.imageSizes().size() - 1);
      ByteBuffer pixels = ByteBuffer.allocateDirect(3 * size[0] * size[1]);
      byte[] noise = new byte[pixels.capacity()];
      new Random(1).nextBytes(noise);
      pixels.put(noise).flip();
      List<RgbFrame> batch = Collections.nCopies(frames, new RgbFrame(size[0], size[1], pixels));
      List<ByteBuffer> out =
          Collections.nCopies(frames, ByteBuffer.allocate(layout.bytesPerFrame()));
      for (int i = 0; i < WARM_UPS + repeats; i++) {
        extractor.extract(FrameBlock.each(batch, out));
      }
    }
    double perFrame = 1e6 * repeats * frames;
    double all = sums.nanos.values().stream().mapToLong(n -> n).sum() / perFrame;
    return String.format(
            Locale.ROOT, "| %s | %d | %d | %d | %.1f | ", name, threads, frames, k, all)
        + sums.nanos.values().stream()
            .map(nanos -> String.format(Locale.ROOT, "%.2f", nanos / perFrame))
            .collect(Collectors.joining(" | "))
        + " |";
  }
}
