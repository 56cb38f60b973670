package io.s2stream.cli.size;

import java.util.Objects;

import io.s2stream.processor.extract.PoolConfig;
import io.s2stream.processor.s2.Preset;
import io.s2stream.processor.s2.S2Options;

/**
 * What a demand needs. Rates are per second; bytes are of 1.
 *
 * @param tilesPerFrame runs of the tower for one frame
 * @param gpus with headroom
 * @param tokens of an entry of the features, after pooling
 * @param partitions of the frames and the features topic
 * @param framesPerSecondPerGpu measured, or estimated from the GPU's peak
 * @param frameBytes of all frame batches
 * @param featureBytes of all feature records
 * @param replicatedBytes written by all brokers, replicas included
 * @param producedBytes into the brokers from ingest and processor, before replication
 * @param consumedBytes out of the brokers to processor and subscribers
 * @param diskBytes on all brokers together, replicas included
 */
record Sizing(
    double framesPerSecond,
    int tilesPerFrame,
    int tokens,
    int channels,
    double framesPerSecondPerGpu,
    long gpus,
    long partitions,
    double frameBytes,
    double featureBytes,
    double producedBytes,
    double replicatedBytes,
    double consumedBytes,
    double diskBytes,
    long brokers) {

  /** A partition's leader is one broker's disk and network card; more would make it a hot spot. */
  static final double BYTES_PER_PARTITION = 20e6;

  /** What one broker writes in the long run, replicas included: half of a 10 Gbit/s card. */
  static final double BYTES_PER_BROKER = 600e6;

  static final int LEAST_BROKERS = 3;
  private static final int LEAST_PARTITIONS = 12;

  static Sizing of(Demand demand) {
    Preset preset = demand.preset();
    SizedTower tower = SizedTower.of(preset);
    S2Options options = preset.options();
    int tile = preset.tileSize();
    int[] sides =
        Objects.requireNonNull(options.imgSizes()).stream()
            .mapToInt(size -> size.height())
            .toArray();
    int tiles = 0;
    for (int side : sides) {
      tiles += (side / tile) * (side / tile);
    }
    int index = options.resizeOutputToIdx();
    // A scale's grid is that of its tiles put together, not of the whole image in patches.
    int outputSide = sides[index < 0 ? sides.length + index : index];
    int grid = outputSide / tile * tower.grid(tile);
    PoolConfig pool = demand.pool();
    int tokens = pool.rows(grid) * pool.columns(grid);
    int channels = tower.width() * sides.length;

    double perGpu =
        demand.framesPerSecondPerGpu() != null
            ? demand.framesPerSecondPerGpu()
            : demand.gpu().teraFlops()
                * 1e12
                * demand.utilisation()
                / (tiles * tower.operations(tile));
    double frames = demand.cameras() * demand.framesPerSecond();
    long gpus = Math.max(1, (long) Math.ceil(frames / (perGpu * (1 - demand.headroom()))));

    double pixels = Math.pow(sides[sides.length - 1], 2);
    Double jpeg = demand.jpegBytesPerPixel();
    double frameBytes = frames * pixels * (jpeg == null ? 3 : jpeg);
    double featureBytes = frames / pool.t() * tokens * (double) channels * demand.bytesPerElement();
    double produced = frameBytes + featureBytes;
    double replicated = produced * demand.replication();
    long byRate = (long) Math.ceil(Math.max(frameBytes, featureBytes) / BYTES_PER_PARTITION);
    // Twice the GPUs, so that their number can grow; a whole multiple, so that each has as many.
    long partitions = multipleOf(gpus, Math.max(Math.max(2 * gpus, byRate), LEAST_PARTITIONS));
    double disk =
        demand.replication()
            * (frameBytes * demand.framesRetention().toSeconds()
                + featureBytes * demand.featuresRetention().toSeconds());
    long brokers =
        Math.max(
            Math.max(LEAST_BROKERS, demand.replication()),
            (long) Math.ceil(replicated / BYTES_PER_BROKER));
    return new Sizing(
        frames,
        tiles,
        tokens,
        channels,
        perGpu,
        gpus,
        partitions,
        frameBytes,
        featureBytes,
        produced,
        replicated,
        frameBytes + featureBytes * demand.subscribers(),
        disk,
        brokers);
  }

  /**
   * How busy the fullest GPU is, 1 for all of its time: streams are dealt out by a hash of their
   * keys ({@link HashedKeys}). Above 1 it falls behind.
   */
  double fullestGpuBusy(Demand demand) {
    return HashedKeys.fullest(demand.cameras(), gpus)
        * demand.framesPerSecond()
        / framesPerSecondPerGpu;
  }

  private static long multipleOf(long unit, long least) {
    return (least + unit - 1) / unit * unit;
  }
}
