package io.s2stream.cli;

import io.s2stream.cli.dlq.DlqCommand;
import io.s2stream.cli.log.LogOutput;
import io.s2stream.config.InvalidSettingException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The {@code s2} command. Exit codes: 0 all went well; 1 the work failed, or frames are unaccounted
 * for; 2 wrong usage or configuration.
 */
@Command(
    name = "s2",
    description = "Multiscale (S2) features of continuous video, through Kafka.",
    mixinStandardHelpOptions = true,
    versionProvider = BuildInfo.class,
    footer = {"", "Exit codes: 0 success, 1 work failed, 2 wrong usage or configuration."})
public final class S2 implements Runnable {

  @Spec private CommandSpec spec;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Log more, and show stack traces.")
  private boolean verbose;

  private S2() {}

  /** Runs the command and exits the JVM with its code. */
  public static void main(String[] args) {
    StopSignal stop = new StopSignal();
    stop.install();
    int code = run(stop, args);
    stop.finished(code);
    System.exit(code);
  }

  private static int run(StopSignal stop, String[] args) {
    try {
      LogOutput.check(System.getenv());
    } catch (InvalidSettingException e) {
      System.err.println("s2: " + e.getMessage());
      return FailureReport.USAGE;
    }
    return commandLine(stop).execute(args);
  }

  /** The whole command tree; commands that run until told otherwise stop at the signal. */
  static CommandLine commandLine(StopSignal stop) {
    S2 s2 = new S2();
    FailureReport failures = new FailureReport();
    CommandLine command = new CommandLine(s2);
    command.addSubcommand(new DemoCommand(s2, stop));
    command.addSubcommand(new IngestCommand(stop));
    command.addSubcommand(new ProcessCommand(stop));
    command.addSubcommand(new ViewerCommand(stop));
    command.addSubcommand(new TopCommand(stop));
    command.addSubcommand(new ReprocessCommand(stop));
    command.addSubcommand(new TopicsCommand());
    command.addSubcommand(new SizeCommand());
    command.addSubcommand(new FeaturesCommand(stop));
    command.addSubcommand(DlqCommand.commandLine(stop::isRequested));
    command.addSubcommand(new ForwardCommand(stop));
    command.addSubcommand(new MergeDynamicCommand());
    command.addSubcommand(new TileGridCommand());
    command.addSubcommand(new ModelCommand());
    command.addSubcommand(new ExtractCommand(s2, stop));
    command.addSubcommand(new FaultsCommand(s2, stop));
    command.addSubcommand(new BenchCommand(s2, stop));
    command.setExecutionExceptionHandler(failures);
    command.setParameterExceptionHandler(failures);
    command.setCaseInsensitiveEnumValuesAllowed(true);
    command.setExecutionStrategy(
        parsed -> {
          if (s2.verbose) {
            LogOutput.verboseConsole();
          }
          return new CommandLine.RunLast().execute(parsed);
        });
    return command;
  }

  boolean isVerbose() {
    return verbose;
  }

  /** Without a subcommand there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "which command? One of " + String.join(", ", spec.subcommands().keySet()));
  }
}
