package io.s2stream.bench;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.s2stream.bench.Interleaved.Times;
import io.s2stream.processor.extract.TowerConfig;
import io.s2stream.processor.s2.ImageSize;
import io.s2stream.processor.s2.S2Forward;
import io.s2stream.processor.s2.S2Options;
import io.s2stream.processor.s2.S2Plan;
import io.s2stream.processor.s2.SplitMode;
import io.s2stream.processor.s2.TensorOps;
import io.s2stream.processor.tower.CpuThreads;
import io.s2stream.processor.tower.TorchSettings;
import io.s2stream.processor.tower.TorchTower;
import io.s2stream.processor.tower.TowerLoadException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Times the multiscale forward in one process, in two tables: against the bare tower on as many
 * tiles, in turn, for each number of threads, frames and tiles per run; and where its time goes.
 */
@Command(
    name = "forward-bench",
    mixinStandardHelpOptions = true,
    description =
        "Times the multiscale forward against the bare tower on the same number of tiles, and its phases.")
public final class ForwardBench implements Callable<Integer> {
  /** What is printed. */
  enum Table {
    /** The forward against the bare tower. */
    OVERHEAD,
    /** Where the time of the whole way goes, from pixels to features in memory. */
    PHASES
  }

  /** What the overhead is measured with. */
  enum Clock {
    /** Time that passes. */
    WALL,
    /** Processor time of the whole process. */
    CPU;

    LongSupplier nanos() {
      var system =
          (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      return this == WALL ? System::nanoTime : system::getProcessCpuTime;
    }
  }

  @Option(names = "--model", required = true, description = "Model directory of the tower.")
  private Path model = Path.of("");

  @Option(
      names = "--tables",
      split = ",",
      defaultValue = "overhead,phases",
      description = "Default: ${DEFAULT-VALUE}.")
  private List<Table> tables = List.of();

  @Option(
      names = "--device",
      defaultValue = "cpu",
      description = "cpu or gpu (default: ${DEFAULT-VALUE}).")
  private String device = "cpu";

  @Option(
      names = "--scales",
      split = ",",
      defaultValue = "1,2",
      description = "Default: ${DEFAULT-VALUE}.")
  private List<Double> scales = List.of();

  @Option(
      names = "--batches",
      split = ",",
      defaultValue = "1,4",
      description = "Frames per forward; default: ${DEFAULT-VALUE}.")
  private List<Integer> batches = List.of();

  @Option(
      names = "--chunks",
      split = ",",
      defaultValue = "1,4,8,16",
      description = "Tiles per tower call; default: ${DEFAULT-VALUE}.")
  private List<Integer> chunks = List.of();

  @Option(
      names = "--threads",
      split = ",",
      defaultValue = "0",
      description = "CPU threads of one operation, 0 = all processors; default: ${DEFAULT-VALUE}.")
  private List<Integer> threads = List.of();

  @Option(
      names = "--clock",
      defaultValue = "wall",
      description =
          "wall, or cpu: what this process used of the processors, for the overhead on a machine that is busy"
              + " with other work (default: ${DEFAULT-VALUE}).")
  private Clock clock = Clock.WALL;

  @Option(
      names = "--repeats",
      defaultValue = "9",
      description = "Timed runs of each; default: ${DEFAULT-VALUE}.")
  private int repeats;

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new ForwardBench())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(args));
  }

  @Override
  public Integer call() throws Exception {
    for (Table table : tables) {
      switch (table) {
        case OVERHEAD -> overhead();
        case PHASES -> phases();
      }
    }
    return 0;
  }

  private static int used(int threads) {
    return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
  }

  private void overhead() throws TowerLoadException {
    TorchSettings.initialize();
    Device on = device.equals("cpu") ? Device.cpu() : Device.gpu(0);
    try (TorchTower tower = TorchTower.load(model, on);
        TensorOps ops = TensorOps.load(on)) {
      int side = tower.spec().inputSize();
      System.out.printf(
          Locale.ROOT,
          "tower %s (%d px, %s) on %s, scales %s, median of %d, %s time%n%n"
              + "| tower | threads | frames | k | tiles | bare tower ms/frame | S2 ms/frame | overhead | spread |%n"
              + "|---|---|---|---|---|---|---|---|---|%n",
          tower.spec().name(),
          side,
          tower.spec().dtype(),
          on,
          scales,
          repeats,
          clock.name().toLowerCase(Locale.ROOT));
      S2Options options =
          S2Options.defaults().withScales(scales).withMaxSplit(side, SplitMode.EXACT);
      for (int count : threads) {
        CpuThreads.set(used(count));
        for (int batch : batches) {
          for (int k : chunks) {
            System.out.printf("| %s | %d ", tower.spec().name(), used(count));
            line(tower, new S2Forward(tower, ops), options.withChunks(true, k), batch, k);
          }
        }
      }
    }
  }

  private void line(TorchTower tower, S2Forward forward, S2Options options, int batch, int k) {
    int side = tower.spec().inputSize();
    int tiles = batch * S2Plan.of(options, ImageSize.square(side), tower).tileCount();
    try (NDManager manager = tower.newManager()) {
      NDArray images = manager.randomNormal(new Shape(batch, 3, side, side), DataType.FLOAT32);
      Map<String, Times> times =
          new Interleaved(clock.nanos())
              .add("bare", () -> bare(tower, tiles, k))
              .add("s2", () -> multiscale(forward, images, options))
              .run(2, repeats);
      Times bare = times.getOrDefault("bare", new Times(new double[] {0}));
      Times s2 = times.getOrDefault("s2", new Times(new double[] {0}));
      System.out.printf(
          Locale.ROOT,
          "| %d | %d | %d | %.1f | %.1f | %+.1f %% | ±%.0f %% |%n",
          batch,
          k,
          tiles,
          1e3 * bare.median() / batch,
          1e3 * s2.median() / batch,
          100 * (s2.median() / bare.median() - 1),
          Math.max(bare.spreadPercent(), s2.spreadPercent()));
    }
  }

  /** One multiscale forward, waited for. */
  static void multiscale(S2Forward forward, NDArray images, S2Options options) {
    try (NDArray features = forward.forward(images, options)) {
      await(features);
    }
  }

  /** The tower alone on as many tiles in chunks of k, as a user without S2 would call it. */
  static void bare(TorchTower tower, int tiles, int k) {
    int side = tower.spec().inputSize();
    TorchSettings.prepareThread();
    for (int done = 0; done < tiles; done += k) {
      try (NDManager scope = tower.newManager()) {
        int count = Math.min(k, tiles - done);
        var shape = new Shape(count, 3, side, side);
        NDArray features = tower.features(scope.zeros(shape, tower.spec().tileType()));
        if (done + count == tiles) {
          await(features);
        }
      }
    }
  }

  /** Waits for a GPU, which works on by itself: reads one number. */
  private static void await(NDArray features) {
    NDArray part = features;
    while (part.getShape().dimension() > 0) {
      part = part.get(0);
    }
    part.toType(DataType.FLOAT32, false).toFloatArray();
  }

  private void phases() throws Exception {
    System.out.printf(
        "%nwhere the time goes, frames of pixels to float16 features in memory, ms/frame, mean of %d%n%n",
        repeats);
    System.out.println(PhaseTable.HEADER);
    for (int count : threads) {
      for (int batch : batches) {
        for (int k : chunks) {
          String options = "{scales: " + scales + ", max-tiles-per-forward: " + k + "}";
          var table = new PhaseTable(new TowerConfig(model, device, used(count)), options);
          System.out.println(table.line(used(count), batch, k, repeats));
        }
      }
    }
  }
}
