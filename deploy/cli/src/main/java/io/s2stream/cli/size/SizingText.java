package io.s2stream.cli.size;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.s2stream.processor.extract.PoolConfig;

/** Writes a sizing for people: the figures, what they rest on, and what drives the cost. */
public final class SizingText {
  private SizingText() {}

  /** The whole text, with line breaks, the last one included. */
  public static String of(Demand demand) {
    Sizing sizing = Sizing.of(demand);
    List<String> lines = new ArrayList<>();
    line(
        lines,
        "%,d cameras at %.3g frames/s, %s: %,.0f frames/s",
        demand.cameras(),
        demand.framesPerSecond(),
        demand.preset().id(),
        sizing.framesPerSecond());
    line(
        lines,
        "A frame: %d tiles, %sfeatures [%d, %d], %s",
        sizing.tilesPerFrame(),
        pooled(demand.pool()),
        sizing.tokens(),
        sizing.channels(),
        bytes((double) sizing.tokens() * sizing.channels() * demand.bytesPerElement()));
    lines.add("");
    line(
        lines,
        "GPUs            %,d %s (%.0f frames/s each, %.0f %% headroom)",
        sizing.gpus(),
        demand.gpu().name().toLowerCase(Locale.ROOT),
        sizing.framesPerSecondPerGpu(),
        100 * demand.headroom());
    double busy = sizing.fullestGpuBusy(demand);
    line(
        lines,
        "Fullest GPU     %.0f %% busy, as streams are dealt out by a hash%s",
        100 * busy,
        busy > 1 ? ": it FALLS BEHIND; more --headroom, or GPUs that hold more cameras each" : "");
    line(
        lines, "Partitions      %,d, of the frames and of the features topic", sizing.partitions());
    line(lines, "Frames          %s/s", bytes(sizing.frameBytes()));
    line(lines, "Features        %s/s", bytes(sizing.featureBytes()));
    line(
        lines,
        "Brokers         %,d: in %s/s, with replicas %s/s; out %s/s",
        sizing.brokers(),
        bytes(sizing.producedBytes()),
        bytes(sizing.replicatedBytes()),
        bytes(sizing.consumedBytes()));
    line(lines, "Broker disks    %s in all", bytes(sizing.diskBytes()));
    lines.add("");
    lines.add("Assumed, not measured here:");
    assumptions(demand, lines);
    lines.add("");
    lines.add("What drives the cost: " + drivers(sizing));
    return String.join("\n", lines) + "\n";
  }

  private static void assumptions(Demand demand, List<String> lines) {
    if (demand.framesPerSecondPerGpu() == null) {
      line(
          lines,
          "- %.0f %% of the %d TFLOP/s that NVIDIA states for the GPU; no GPU was measured. Give"
              + " --frames-per-second-per-gpu what deploy/bench/forward.sh finds on yours",
          100 * demand.utilisation(),
          demand.gpu().teraFlops());
    }
    if (demand.jpegBytesPerPixel() != null) {
      line(
          lines,
          "- JPEG of %.3g bytes a pixel; it depends on the pictures (--jpeg-bytes-per-pixel)",
          demand.jpegBytesPerPixel());
    }
    line(
        lines,
        "- at most %s/s for a partition and %s/s written by a broker",
        bytes(Sizing.BYTES_PER_PARTITION),
        bytes(Sizing.BYTES_PER_BROKER));
    line(
        lines,
        "- frames kept %s, features %s, replicas: %d, subscribers of all features: %d",
        hours(demand.framesRetention()),
        hours(demand.featuresRetention()),
        demand.replication(),
        demand.subscribers());
    lines.add("- nothing for decoding in ingest: measure a camera of yours");
  }

  private static String pooled(PoolConfig pool) {
    return pool.equals(PoolConfig.NONE)
        ? ""
        : String.format(
            Locale.ROOT,
            "pooled by %d,%d,%d; %s ",
            pool.t(),
            pool.h(),
            pool.w(),
            pool.t() == 1 ? "its" : "of " + pool.t() + " frames:");
  }

  private static String drivers(Sizing sizing) {
    String network =
        sizing.featureBytes() > sizing.frameBytes()
            ? "features, whose size is tokens times channels: fewer scales, a smaller grid"
                + " (resize-output-to-idx), pooling (--pool) or shorter retention"
            : "frames: JPEG in place of raw, shorter retention";
    return "GPUs grow with frames/s times tiles; network and disks with the " + network + ".";
  }

  private static String hours(Duration time) {
    return time.toMinutes() % 60 == 0 ? time.toHours() + " h" : time.toMinutes() + " min";
  }

  /** Of 1000, as network cards and disks are sold. */
  static String bytes(double bytes) {
    String[] units = {"B", "kB", "MB", "GB", "TB", "PB"};
    int unit = 0;
    double value = bytes;
    while (value >= 999.5 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, value < 9.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
  }

  private static void line(List<String> lines, String format, Object... values) {
    lines.add(String.format(Locale.ROOT, format, values));
  }
}
