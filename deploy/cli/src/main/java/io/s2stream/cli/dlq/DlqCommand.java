package io.s2stream.cli.dlq;

import java.util.function.BooleanSupplier;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code s2 dlq}: the dead-letter topic. */
@Command(
    name = "dlq",
    description = "List dead letters, look at one, and replay them after a fix.",
    mixinStandardHelpOptions = true)
public final class DlqCommand implements Runnable {
  @Spec private CommandSpec spec;

  private DlqCommand() {}

  /**
   * The command with its subcommands.
   *
   * @param stopRequested asked between two records
   */
  public static CommandLine commandLine(BooleanSupplier stopRequested) {
    CommandLine dlq = new CommandLine(new DlqCommand());
    dlq.addSubcommand(new DlqListCommand());
    dlq.addSubcommand(new DlqShowCommand());
    dlq.addSubcommand(new DlqReplayCommand(stopRequested));
    return dlq;
  }

  /** Without a subcommand there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "which one? One of " + String.join(", ", spec.subcommands().keySet()));
  }
}
