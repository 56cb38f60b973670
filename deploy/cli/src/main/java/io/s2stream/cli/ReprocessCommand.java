package io.s2stream.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

import io.s2stream.cli.extract.Progress;
import io.s2stream.config.ConfigParser;
import io.s2stream.config.EffectiveConfig;
import io.s2stream.health.HttpConfig;
import io.s2stream.processor.ProcessorApp;
import io.s2stream.processor.ProcessorConfig;
import io.s2stream.processor.extract.TowerConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code s2 reprocess}: a processor beside the live one, over the frames that are still in Kafka,
 * into topics of its own. What it has done is in the offsets it commits, so the same command goes
 * on where an earlier one was stopped.
 */
@Command(
    name = "reprocess",
    description =
        "Make features of the frames that are still in Kafka anew, with another tower or another"
            + " plan, into a topic of their own, while the live processor goes on. Ends when it has"
            + " done what was there at its start. Stopped or killed, the same command goes on where"
            + " it was.",
    mixinStandardHelpOptions = true,
    versionProvider = BuildInfo.class)
final class ReprocessCommand implements Callable<Integer> {
  private static final Duration POLL = Duration.ofMillis(500);

  private final StopSignal stop;

  @Spec private CommandSpec spec;

  @Option(
      names = {"-c", "--config"},
      required = true,
      paramLabel = "FILE",
      description =
          "YAML configuration of a processor: the live one's, or the same with another plan.")
  private Path config;

  @Option(
      names = "--into",
      required = true,
      paramLabel = "TOPIC",
      description =
          "Topic of the new features, in place of the configuration's features-topic; dead letters"
              + " go to a topic of their own, too.")
  private String into;

  @Option(
      names = "--model-dir",
      paramLabel = "DIR",
      description = "The new tower, in place of the configuration's tower.model-dir.")
  private @Nullable Path modelDir;

  @Option(
      names = "--application-id",
      paramLabel = "ID",
      description =
          "Consumer group that remembers what is done; default: made of the configuration's and of"
              + " TOPIC. Several processes with one id share the work.")
  private @Nullable String applicationId;

  @Option(
      names = "--follow",
      description = "Go on with the frames that come later, until told to stop.")
  private boolean follow;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description = "Port for health and meters, 0: any free one; default: none.")
  private @Nullable Integer httpPort;

  ReprocessCommand(StopSignal stop) {
    this.stop = stop;
  }

  @Override
  public Integer call() throws Exception {
    ProcessorConfig settings =
        beside(ConfigParser.parse(config, ProcessorConfig.class, System.getenv()));
    spec.commandLine().getOut().println(EffectiveConfig.render(settings));
    spec.commandLine().getOut().flush();
    ProcessorApp app = stop.interruptibly(() -> ProcessorApp.start(settings));
    if (app == null) {
      return FailureReport.FAILED; // told to stop while it waited for what it needs
    }
    boolean complete;
    TopicRange.Reading last;
    try (app;
        TopicRange range =
            TopicRange.of(settings.kafka(), settings.framesTopic(), settings.applicationId())) {
      complete = watch(app, range);
      last = range.now();
      complete |= last.isComplete();
    }
    return report(complete, last, settings);
  }

  private ProcessorConfig beside(ProcessorConfig live) {
    if (into.equals(live.featuresTopic())) {
      throw new ParameterException(
          spec.commandLine(), "--into " + into + ": the live processor writes there; name another");
    }
    TowerConfig tower = live.tower();
    String id =
        applicationId == null
            ? live.applicationId() + "-into-" + into.replaceAll("[^A-Za-z0-9._-]", "-")
            : applicationId;
    if (id.equals(live.applicationId())) {
      throw new ParameterException(
          spec.commandLine(), "--application-id " + id + " is the live processor's; name another");
    }
    return live.beside(
        id,
        into,
        id + ".dlq",
        modelDir == null ? tower : new TowerConfig(modelDir, tower.device(), tower.threads()),
        new HttpConfig(live.http().host(), httpPort));
  }

  /** Returns whether all that was there is done. */
  private boolean watch(ProcessorApp app, TopicRange range) throws Exception {
    Progress progress =
        new Progress(
            new PrintStream(System.out, false, StandardCharsets.UTF_8),
            "frame batches",
            Boolean.getBoolean("s2.terminal") && !"dumb".equals(System.getenv("TERM")),
            System::nanoTime);
    TopicRange.Reading reading = range.now();
    progress.start(reading.done());
    boolean told = false;
    while (!stop.isRequested()) {
      progress.update(reading.fraction(), reading.done());
      if (reading.isComplete() && !told) {
        told = true;
        if (!follow) {
          break;
        }
        progress.say("what was there is done; new frames follow, Ctrl-C ends");
      }
      if (app.awaitTermination(POLL)) {
        progress.endLine();
        throw new CommandFailedException("the processor stopped: " + app.failure());
      }
      if (!told) {
        reading = range.now();
      }
    }
    progress.endLine();
    return reading.isComplete();
  }

  private int report(boolean complete, TopicRange.Reading last, ProcessorConfig settings) {
    spec.commandLine()
        .getOut()
        .println(
            complete
                ? "done: features of %d frame batches are in %s, what could not be processed in %s"
                    .formatted(last.total(), settings.featuresTopic(), settings.deadLetterTopic())
                : "stopped after %d of %d frame batches; the same command goes on there"
                    .formatted(last.done(), last.total()));
    spec.commandLine().getOut().flush();
    return complete ? 0 : FailureReport.FAILED;
  }
}
