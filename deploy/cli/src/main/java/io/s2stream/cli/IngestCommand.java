package io.s2stream.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

import io.s2stream.cli.log.LogOutput;
import io.s2stream.config.ConfigParser;
import io.s2stream.config.EffectiveConfig;
import io.s2stream.ingest.IngestApp;
import io.s2stream.ingest.IngestConfig;
import io.s2stream.ingest.StreamStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code s2 ingest}: runs the ingest service until its files are done or it is told to stop. */
@Command(
    name = "ingest",
    description = "Decode cameras and video files into frame batches on Kafka.",
    mixinStandardHelpOptions = true,
    versionProvider = BuildInfo.class)
final class IngestCommand implements Callable<Integer> {
  private static final Duration POLL = Duration.ofMillis(200);

  private final StopSignal stop;

  @Spec private CommandSpec spec;

  @Option(
      names = {"-c", "--config"},
      required = true,
      paramLabel = "FILE",
      description = "YAML configuration; docs/configuration.md lists the settings.")
  private Path config;

  IngestCommand(StopSignal stop) {
    this.stop = stop;
  }

  @Override
  public Integer call() throws Exception {
    IngestConfig settings = ConfigParser.parse(config, IngestConfig.class, System.getenv());
    LogOutput.announce(
        spec.commandLine().getOut(), "configuration", EffectiveConfig.render(settings));
    IngestApp app = stop.interruptibly(() -> IngestApp.start(settings));
    if (app == null) {
      return FailureReport
          .FAILED; // told to stop while it waited for what it needs: nothing was read
    }
    IngestProgress progress = new IngestProgress(System.err);
    boolean terminal = System.console() != null;
    try (app) {
      app.watch(config, System.getenv());
      while (!stop.isRequested() && !app.awaitFinished(POLL)) {
        // Woken often enough to notice a request to stop.
        if (terminal) {
          progress.update(app.streams());
        }
      }
    }
    progress.close();
    // Closing publishes what was sampled and waits for the broker's answer: only now the numbers
    // stand.
    return report(app.streams());
  }

  private int report(List<StreamStatus> streams) {
    int failed = 0;
    for (StreamStatus stream : streams) {
      if (stream.state() == StreamStatus.State.FAILED) {
        failed++; // The service has logged why.
      }
      spec.commandLine()
          .getOut()
          .printf(
              "stream '%s' %s: %d frames decoded, %d sampled, %d acknowledged%s%n",
              stream.streamId(),
              stream.state().name().toLowerCase(Locale.ROOT),
              stream.framesDecoded(),
              stream.framesSampled(),
              stream.framesAcknowledged(),
              stream.state() == StreamStatus.State.FINISHED && stream.framesDecoded() == 0
                  ? "; sent whole by an earlier run (resume: false reads it again)"
                  : "");
    }
    spec.commandLine().getOut().flush();
    return failed == 0 ? 0 : FailureReport.FAILED;
  }
}
