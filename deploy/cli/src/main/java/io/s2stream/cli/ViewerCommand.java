package io.s2stream.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

import io.s2stream.config.ConfigParser;
import io.s2stream.config.EffectiveConfig;
import io.s2stream.viewer.ViewerApp;
import io.s2stream.viewer.ViewerConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code s2 viewer}: the web page as a service of its own. */
@Command(
    name = "viewer",
    description = {
      "Show frames and features of all streams on a web page. Only reads: joins no consumer group,"
          + " commits and writes nothing."
    },
    mixinStandardHelpOptions = true,
    versionProvider = BuildInfo.class)
final class ViewerCommand implements Callable<Integer> {
  private static final Duration POLL = Duration.ofSeconds(3_600);

  private final StopSignal stop;

  @Spec private CommandSpec spec;

  @Option(
      names = {"-c", "--config"},
      required = true,
      paramLabel = "FILE",
      description = "YAML configuration; docs/configuration.md lists the settings.")
  private Path config;

  ViewerCommand(StopSignal stop) {
    this.stop = stop;
  }

  @Override
  public Integer call() throws Exception {
    ViewerConfig settings = ConfigParser.parse(config, ViewerConfig.class, System.getenv());
    PrintWriter out = spec.commandLine().getOut();
    out.println(EffectiveConfig.render(settings));
    try (ViewerApp viewer = ViewerApp.start(settings, List.of())) {
      out.println("the viewer is at " + viewer.url());
      out.flush();
      while (!stop.await(POLL)) {
        // Runs until it is told to stop.
      }
      return 0;
    }
  }
}
