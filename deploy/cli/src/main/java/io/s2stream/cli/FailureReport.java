package io.s2stream.cli;

import java.io.IOException;

import io.s2stream.cli.log.LogOutput;
import io.s2stream.cli.refusal.RefusedException;
import io.s2stream.config.ConfigException;
import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.SecretMasking;
import io.s2stream.ingest.source.SourceException;
import io.s2stream.processor.s2.OutOfDeviceMemoryException;
import io.s2stream.processor.tower.TowerLoadException;
import io.s2stream.schemas.registry.RegistryException;
import io.s2stream.schemas.topics.TopicException;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns what a command throws into one message on standard error and an exit code. */
final class FailureReport implements IExecutionExceptionHandler, IParameterExceptionHandler {
  static final int FAILED = 1;
  static final int USAGE = 2;

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    LogOutput.fail(
        command.getErr(), SecretMasking.maskUrls(message(e)), isVerbose(command) ? e : null);
    return isForTheUserToMend(e) ? USAGE : FAILED;
  }

  private static boolean isForTheUserToMend(Exception e) {
    return e instanceof ConfigException
        || e instanceof InvalidSettingException
        || e instanceof RefusedException
        || (e instanceof TopicException topic && !topic.isUnreachable());
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    command
        .getErr()
        .println(
            "s2: "
                + e.getMessage()
                + "\nSee '"
                + command.getCommandSpec().qualifiedName()
                + " --help'.");
    command.getErr().flush();
    return USAGE;
  }

  private static boolean isVerbose(CommandLine command) {
    CommandLine top = command;
    while (top.getParent() != null) {
      top = top.getParent();
    }
    return top.getCommand() instanceof S2 s2 && s2.isVerbose();
  }

  /** Exceptions made for people speak for themselves; of others the type is told as well. */
  private static String message(Exception e) {
    if (e.getMessage() != null && isForPeople(e)) {
      return e.getMessage();
    }
    return e + " (--verbose shows where)";
  }

  private static boolean isForPeople(Exception e) {
    return e instanceof ConfigException
        || e instanceof InvalidSettingException
        || e instanceof RefusedException
        || e instanceof TopicException
        || e instanceof RegistryException
        || e instanceof SourceException
        || e instanceof TowerLoadException
        || e instanceof OutOfDeviceMemoryException
        || e instanceof CommandFailedException
        || e.getClass() == IOException.class
        || (e instanceof KafkaException && e.getCause() == null);
  }
}
