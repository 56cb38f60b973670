package io.s2stream.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

import io.s2stream.cli.log.LogOutput;
import io.s2stream.local.demo.Demo;
import io.s2stream.local.demo.DemoOptions;
import io.s2stream.processor.Guarantee;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code s2 demo}: the whole system on this machine. */
@Command(
    name = "demo",
    description = {
      "Run the whole system on this machine: Kafka broker, schema registry, ingest, processor and"
          + " a subscriber that checks every record. Needs nothing installed but Java."
    },
    footer = {
      "",
      "Exit code 0: every sampled frame is accounted for; 1: not, or something failed; 2: wrong"
          + " usage."
    },
    mixinStandardHelpOptions = true,
    versionProvider = BuildInfo.class)
final class DemoCommand implements Callable<Integer> {
  private final S2 s2;
  private final StopSignal stop;
  private @Nullable String withoutArchive; // why there is none

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "VIDEO",
      arity = "0..*",
      description = "Video files or stream URLs; without one, the demo makes a clip itself.")
  private List<String> videos = List.of();

  @Option(
      names = "--fps",
      defaultValue = "4",
      description = "Frames per second to sample; default ${DEFAULT-VALUE}.")
  private double fps;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description =
          "Model directory of the vision tower; default: the demo tower (random weights).")
  private @Nullable Path model;

  @Option(
      names = "--guarantee",
      defaultValue = "exactly-once",
      converter = GuaranteeConverter.class,
      paramLabel = "exactly-once|at-least-once",
      description = "Delivery guarantee of the processor; default ${DEFAULT-VALUE}.")
  private Guarantee guarantee;

  @Option(
      names = "--keep",
      negatable = true,
      fallbackValue = "true",
      description =
          "Stay up after the files are done, until Ctrl-C; default: only where a terminal shows the"
              + " demo.")
  private @Nullable Boolean keep;

  @Option(
      names = "--viewer",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Show frames and features on a web page; default: yes.")
  private boolean viewer;

  @Option(
      names = "--viewer-port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "Loopback port of that page; if it is taken, any free one; default 8080.")
  private int viewerPort;

  DemoCommand(S2 s2, StopSignal stop) {
    this.s2 = s2;
    this.stop = stop;
  }

  @Override
  public Integer call() throws Exception {
    if (!(fps > 0 && fps <= 1000)) {
      throw new ParameterException(
          spec.commandLine(), "--fps must be more than 0 and at most 1000, but is " + fps);
    }
    if (viewerPort < 0 || viewerPort > 65_535) {
      throw new ParameterException(
          spec.commandLine(), "--viewer-port must be 0 to 65535, but is " + viewerPort);
    }
    // Whoever looks at the page on a terminal of their own wants to go on looking.
    boolean stays = keep == null ? isTerminal() && viewer : keep;
    DemoOptions options =
        new DemoOptions(videos, fps, modelDir(), guarantee, stays, viewer ? viewerPort : null);
    Path log = s2.isVerbose() ? null : Files.createTempFile("s2-demo-", ".log");
    if (log != null) {
      LogOutput.file(log);
    }
    boolean sound = false;
    try {
      sound = demo(options).run();
    } finally {
      if (withoutArchive != null) {
        System.err.println("s2: " + withoutArchive);
      }
      if (log != null && ((sound && withoutArchive == null) || Files.size(log) == 0)) {
        Files.delete(log);
      } else if (log != null) {
        System.err.println("s2: the log is in " + log);
      }
    }
    return sound ? 0 : FailureReport.FAILED;
  }

  private Demo demo(DemoOptions options) {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    if (!isTerminal()) {
      return Demo.onPlainOutput(options, out, stop::isRequested, this::leaveClasses);
    }
    String noColor = System.getenv("NO_COLOR");
    return Demo.onTerminal(
        options, out, noColor == null || noColor.isEmpty(), stop::isRequested, this::leaveClasses);
  }

  private void leaveClasses() {
    withoutArchive = ClassArchive.writeIfWanted();
  }

  private boolean isTerminal() {
    return Boolean.getBoolean("s2.terminal")
        && !s2.isVerbose()
        && !"dumb".equals(System.getenv("TERM"));
  }

  private Path modelDir() {
    if (model != null) {
      return model;
    }
    String home = System.getProperty("s2.home");
    if (home == null) {
      throw new ParameterException(
          spec.commandLine(), "started without bin/s2: name the tower with --model DIR");
    }
    return Path.of(home, "models", "demo-vit");
  }
}
