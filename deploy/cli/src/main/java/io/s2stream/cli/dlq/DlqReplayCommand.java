package io.s2stream.cli.dlq;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;

import org.apache.kafka.common.errors.ProducerFencedException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code s2 dlq replay}: sends dead letters to the topic they came from, each once. */
@Command(
    name = "replay",
    description = {
      "Send dead letters to the topic and partition they came from, oldest first, as they were. A"
          + " consumer group remembers which; the same command again goes on with the rest."
    },
    mixinStandardHelpOptions = true)
final class DlqReplayCommand implements Callable<Integer> {
  private final BooleanSupplier stopRequested;

  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions where = new KafkaOptions();
  @Mixin private LetterFilter filter = new LetterFilter();

  @Option(
      names = "--group",
      description =
          "Consumer group that remembers what was replayed; default: s2-dlq-replay-TOPIC, as two"
              + " replays with one group end each other.")
  private @Nullable String group;

  @Option(
      names = "--to",
      paramLabel = "TOPIC",
      description = "Send to this topic; default: the one each letter came from.")
  private @Nullable String to;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Replay at most N; default ${DEFAULT-VALUE}.")
  private int limit;

  @Option(
      names = "--max-rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Leave letters that were replayed N times before; default ${DEFAULT-VALUE}.")
  private int maxRounds;

  @Option(
      names = "--skip",
      description = "Send nothing, only remember the chosen letters as dealt with.")
  private boolean skip;

  @Option(names = "--dry-run", description = "Only print what would be replayed.")
  private boolean dryRun;

  DlqReplayCommand(BooleanSupplier stopRequested) {
    this.stopRequested = stopRequested;
  }

  @Override
  public Integer call() throws Exception {
    if (limit < 1 || maxRounds < 1) {
      throw new ParameterException(
          spec.commandLine(), "--limit and --max-rounds: expected at least 1");
    }
    String remembering = group == null ? "s2-dlq-replay-" + where.topic() : group;
    PrintWriter out = spec.commandLine().getOut();
    Replay replay =
        new Replay(
            where.kafka(),
            where.topic(),
            new Replay.Choice(filter::matches, remembering, to, limit, maxRounds, skip, dryRun),
            line -> out.println(line),
            stopRequested);
    Replay.Result result;
    try {
      result = replay.run();
    } catch (ProducerFencedException e) {
      spec.commandLine()
          .getErr()
          .println("s2: another replay of group " + remembering + " has begun; this one ends");
      return 1;
    }
    out.println(result.describe(skip, dryRun));
    out.flush();
    return result.left() == 0 ? 0 : 1;
  }
}
