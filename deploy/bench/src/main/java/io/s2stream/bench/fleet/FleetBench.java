package io.s2stream.bench.fleet;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.s2stream.bench.NullTower;
import io.s2stream.config.ConfigParser;
import io.s2stream.local.LocalStack;
import io.s2stream.processor.ProcessorApp;
import io.s2stream.processor.ProcessorConfig;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Simulates a fleet of cameras on an embedded broker, through a real processor whose tower computes
 * nothing. Exit code 1 when a frame is lost, repeated or out of order.
 */
@Command(name = "fleet.sh", mixinStandardHelpOptions = true, showDefaultValues = true)
public final class FleetBench implements Callable<Integer> {
  private static final Duration STALL = Duration.ofSeconds(60);

  @Option(names = "--streams", defaultValue = "10000", description = "Cameras.")
  private int streams;

  @Option(names = "--frames-per-stream", defaultValue = "10", description = "Frames of each.")
  private int framesPerStream;

  @Option(names = "--partitions", defaultValue = "64", description = "Of both topics.")
  private int partitions;

  @Option(names = "--frame-side", defaultValue = "8", description = "Raw frames, pixels.")
  private int frameSide;

  @Option(names = "--tokens", defaultValue = "1", description = "Features: tokens.")
  private int tokens;

  @Option(names = "--channels", defaultValue = "64", description = "Features: channels, float16.")
  private int channels;

  public static void main(String[] args) {
    System.exit(new CommandLine(new FleetBench()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    FleetResult result =
        run(
            new FleetPlan(streams, framesPerStream, partitions, frameSide, tokens, channels),
            "exactly-once");
    System.out.print(result.text());
    return result.disordered() == 0 && result.featureFrames() == result.plan().frames() ? 0 : 1;
  }

  /**
   * @param guarantee of the processor
   * @throws IllegalStateException when nothing came for a minute, or a frame could not be sent
   */
  static FleetResult run(FleetPlan plan, String guarantee) throws Exception {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    try (LocalStack stack = LocalStack.start();
        ProcessorApp processor =
            ProcessorApp.start(
                config(plan, stack, guarantee),
                new NullTower(plan.frameSide(), 1, plan.tokens(), plan.channels()),
                meters);
        FleetReader reader =
            new FleetReader(stack.kafkaProperties(), "s2.features", plan.partitions())) {
      FleetSender sender = new FleetSender(plan, stack.kafkaProperties(), "s2.frames");
      Thread thread = new Thread(sender, "fleet-sender");
      thread.setDaemon(true);
      long start = System.nanoTime();
      long lastNews = start;
      thread.start();
      while (reader.frames() < plan.frames()) {
        long before = reader.frames();
        reader.poll();
        long now = System.nanoTime();
        lastNews = reader.frames() > before ? now : lastNews;
        if (sender.failure() != null || now - lastNews > STALL.toNanos()) {
          throw new IllegalStateException(
              reader.frames()
                  + " of "
                  + plan.frames()
                  + " frames, then none; processor: "
                  + processor.failure(),
              sender.failure());
        }
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      thread.join();
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      return new FleetResult(
          plan,
          reader.frames(),
          reader.disordered(),
          seconds,
          reader.fullestPartition(),
          (int) meters.scrape().lines().filter(line -> !line.startsWith("#")).count(),
          runtime.totalMemory() - runtime.freeMemory());
    }
  }

  private static ProcessorConfig config(FleetPlan plan, LocalStack stack, String guarantee)
      throws Exception {
    return ConfigParser.parse(
        """
        kafka: {bootstrap.servers: "%s", schema.registry.url: "%s"}
        guarantee: %s
        topics: {partitions: %d}
        tower: {model-dir: none}
        max-frames-per-record: 1
        max-records-in-flight: 256
        batch: {max-frames: 64, max-linger: 0ms}
        """
            .formatted(stack.bootstrapServers(), stack.registryUrl(), guarantee, plan.partitions()),
        "fleet",
        ProcessorConfig.class,
        Map.of());
  }
}
