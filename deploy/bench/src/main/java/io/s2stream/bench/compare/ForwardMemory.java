package io.s2stream.bench.compare;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import io.s2stream.bench.MemoryProbe;
import io.s2stream.bench.MemoryProbe.Growth;

/**
 * What a forward of [1, 2] takes beside the loaded tower, against its bound: 1.05 × the tower alone
 * on as many tiles as one run has, the result, and one resized image. The tables of
 * measure_memory.py have more cases, and PyTorch.
 */
final class ForwardMemory implements Comparison {
  private static final int K = 4; // the processor's default
  private static final double OF_SINGLE_SCALE = 1.05;
  private static final double MEGABYTE = 1e6;

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String about() {
    return "Memory of the S2 forward [1, 2], against single scale, result and one image";
  }

  @Override
  public boolean usesModel() {
    return true;
  }

  @Override
  public List<Row> run(Workbench bench) throws Exception {
    if (!System.getProperty("os.name").equals("Linux")) {
      throw new LeftOutException("resident memory is read from /proc, which is Linux's");
    }
    String name;
    int side;
    try (BareTower bare = BareTower.load(bench.model())) {
      name = bare.name();
      side = bare.inputSize();
    }
    int[] sides = {side, 2 * side};
    Samples megabytes = new Samples();
    bench
        .rounds(15)
        .warmedUp(0)
        .run(
            counted -> {
              Growth single = growth(bench.model(), false, sides);
              Growth ours = growth(bench.model(), true, sides);
              double image = 3.0 * Float.BYTES * sides[1] * sides[1];
              double bound = OF_SINGLE_SCALE * single.peakBytes() + ours.resultBytes() + image;
              megabytes.add(counted, "ours", ours.peakBytes() / MEGABYTE);
              megabytes.add(counted, "bound", bound / MEGABYTE);
              bench.say(
                  String.format(
                      Locale.ROOT,
                      "memory: %.1f MB, the bound %.1f MB",
                      ours.peakBytes() / MEGABYTE,
                      bound / MEGABYTE));
            });
    return List.of(
        Row.costs(
            "memory of a forward [1, 2] of %d frames, %s".formatted(K, name),
            "MB",
            megabytes.of("ours"),
            "1.05 × single scale + result + one image",
            megabytes.of("bound")));
  }

  private static Growth growth(Path model, boolean multiscale, int[] sides) throws Exception {
    return MemoryProbe.measure(model, multiscale, K, sides, K);
  }
}
