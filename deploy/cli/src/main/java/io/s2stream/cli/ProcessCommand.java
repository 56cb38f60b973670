package io.s2stream.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

import io.s2stream.cli.log.LogOutput;
import io.s2stream.config.ConfigParser;
import io.s2stream.config.EffectiveConfig;
import io.s2stream.processor.ProcessorApp;
import io.s2stream.processor.ProcessorConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code s2 process}: runs the processor until it is told to stop or fails for good. */
@Command(
    name = "process",
    description = "Turn frame batches on Kafka into multiscale feature records.",
    mixinStandardHelpOptions = true,
    versionProvider = BuildInfo.class)
final class ProcessCommand implements Callable<Integer> {
  private static final Duration POLL = Duration.ofMillis(200);

  private final StopSignal stop;

  @Spec private CommandSpec spec;

  @Option(
      names = {"-c", "--config"},
      required = true,
      paramLabel = "FILE",
      description = "YAML configuration; docs/configuration.md lists the settings.")
  private Path config;

  ProcessCommand(StopSignal stop) {
    this.stop = stop;
  }

  @Override
  public Integer call() throws Exception {
    ProcessorConfig settings = ConfigParser.parse(config, ProcessorConfig.class, System.getenv());
    LogOutput.announce(
        spec.commandLine().getOut(), "configuration", EffectiveConfig.render(settings));
    ProcessorApp app = stop.interruptibly(() -> ProcessorApp.start(settings));
    if (app == null) {
      return 0; // told to stop while it waited for what it needs
    }
    try (app) {
      while (!stop.isRequested() && !app.awaitTermination(POLL)) {
        // Woken often enough to notice a request to stop.
      }
      String failure = app.failure();
      if (failure != null) {
        throw new CommandFailedException("the processor stopped: " + failure);
      }
      return 0;
    }
  }
}
