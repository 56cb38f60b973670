package io.s2stream.cli;

import java.time.Duration;
import java.util.concurrent.Callable;

import io.s2stream.cli.refusal.Problems;
import io.s2stream.cli.s2options.OptionText;
import io.s2stream.cli.size.Demand;
import io.s2stream.cli.size.Gpu;
import io.s2stream.cli.size.SizingText;
import io.s2stream.processor.extract.PoolConfig;
import io.s2stream.processor.s2.Preset;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code s2 size}: estimates GPUs, partitions, network and disks for a fleet of cameras. */
@Command(
    name = "size",
    description = "Estimate GPUs, partitions, network and broker disks for a fleet of cameras.",
    mixinStandardHelpOptions = true,
    versionProvider = BuildInfo.class)
final class SizeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--cameras", required = true, description = "Streams that run all the time.")
  private int cameras;

  @Option(
      names = "--fps",
      defaultValue = "2",
      description = "Sampled frames per second of a camera; default ${DEFAULT-VALUE}.")
  private double fps;

  @Option(
      names = "--preset",
      defaultValue = "vila-1.5-s2",
      description = "llava-1.5-s2, vila-1.5-s2 or nvila; default ${DEFAULT-VALUE}.")
  private String preset;

  @Option(
      names = "--gpu",
      defaultValue = "h200",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private Gpu gpu;

  @Option(
      names = "--frames-per-second-per-gpu",
      description = "Measured, in place of an estimate from the GPU's data sheet.")
  private @Nullable Double framesPerSecondPerGpu;

  @Option(
      names = "--utilisation",
      defaultValue = "0.3",
      description =
          "Part of the GPU's peak that the tower reaches, for the estimate; default ${DEFAULT-VALUE}.")
  private double utilisation;

  @Option(names = "--jpeg", description = "Frames travel as JPEG; default: raw.")
  private boolean jpeg;

  @Option(
      names = "--jpeg-bytes-per-pixel",
      defaultValue = "0.25",
      description = "With --jpeg; default ${DEFAULT-VALUE}.")
  private double jpegBytesPerPixel;

  @Option(
      names = "--bytes-per-element",
      defaultValue = "2",
      description = "Of the features: 2 for float16, 4 for float32; default ${DEFAULT-VALUE}.")
  private int bytesPerElement;

  @Option(
      names = "--pool",
      paramLabel = "T,H,W",
      defaultValue = "1,1,1",
      description =
          "The processor's pool: frames, rows and columns that become one; default ${DEFAULT-VALUE}.")
  private String pool;

  @Option(
      names = "--headroom",
      defaultValue = "0.3",
      description = "Part of the GPUs kept free for catching up; default ${DEFAULT-VALUE}.")
  private double headroom;

  @Option(names = "--replication", defaultValue = "3", description = "Default ${DEFAULT-VALUE}.")
  private int replication;

  @Option(
      names = "--frames-retention-hours",
      defaultValue = "6",
      description = "Default ${DEFAULT-VALUE}.")
  private int framesRetentionHours;

  @Option(
      names = "--features-retention-hours",
      defaultValue = "24",
      description = "Default ${DEFAULT-VALUE}.")
  private int featuresRetentionHours;

  @Option(
      names = "--subscribers",
      defaultValue = "1",
      description = "Groups that read all features; default ${DEFAULT-VALUE}.")
  private int subscribers;

  @Override
  public Integer call() {
    check(cameras >= 1 && cameras <= 10_000_000, "--cameras", "1 to 10000000");
    check(fps > 0 && fps <= 1000, "--fps", "above 0, at most 1000");
    check(utilisation > 0 && utilisation <= 1, "--utilisation", "above 0, at most 1");
    check(headroom >= 0 && headroom < 1, "--headroom", "0 to below 1");
    check(
        framesPerSecondPerGpu == null || framesPerSecondPerGpu > 0,
        "--frames-per-second-per-gpu",
        "above 0");
    check(
        jpegBytesPerPixel > 0 && jpegBytesPerPixel <= 3, "--jpeg-bytes-per-pixel", "above 0 to 3");
    check(bytesPerElement >= 1 && bytesPerElement <= 4, "--bytes-per-element", "1 to 4");
    check(replication >= 1, "--replication", "1 or more");
    check(framesRetentionHours >= 0, "--frames-retention-hours", "0 or more");
    check(featuresRetentionHours >= 0, "--features-retention-hours", "0 or more");
    check(subscribers >= 0, "--subscribers", "0 or more");
    Demand demand =
        new Demand(
            cameras,
            fps,
            Preset.of(preset)
                .orElseThrow(
                    () -> refused("--preset", "one of " + String.join(", ", Preset.ids()))),
            gpu,
            framesPerSecondPerGpu,
            utilisation,
            jpeg ? jpegBytesPerPixel : null,
            bytesPerElement,
            pool(),
            headroom,
            replication,
            Duration.ofHours(framesRetentionHours),
            Duration.ofHours(featuresRetentionHours),
            subscribers);
    spec.commandLine().getOut().print(SizingText.of(demand));
    spec.commandLine().getOut().flush();
    return 0;
  }

  private PoolConfig pool() {
    Problems problems = new Problems();
    PoolConfig read = new OptionText(problems).pool("--pool", pool);
    if (problems.count() > 0) {
      throw refused("--pool", "frames, rows and columns, each 1 or more: 8,2,2");
    }
    return read;
  }

  private void check(boolean right, String option, String expected) {
    if (!right) {
      throw refused(option, expected);
    }
  }

  private ParameterException refused(String option, String expected) {
    return new ParameterException(spec.commandLine(), option + ": expected " + expected);
  }
}
