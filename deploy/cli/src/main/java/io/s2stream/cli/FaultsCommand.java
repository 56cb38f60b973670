package io.s2stream.cli;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;

import io.s2stream.cli.log.LogOutput;
import io.s2stream.faults.FaultCase;
import io.s2stream.faults.Faults;
import io.s2stream.faults.FaultsOptions;
import io.s2stream.processor.Guarantee;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code s2 faults}: proves the delivery guarantees on this machine. */
@Command(
    name = "faults",
    description = {
      "Prove the delivery guarantees on this machine: brokers and processors as real processes,"
          + " which are killed, stopped, cut off and made to fail, and a recount of every frame."
          + " Prints a line for each run.",
      "Needs nothing installed but Java. Random moments come from the seed that is printed."
    },
    footer = {
      "",
      "Exit code 0: all passed or were skipped; 1: one did not, its logs are kept; 2: wrong usage."
    },
    mixinStandardHelpOptions = true,
    versionProvider = BuildInfo.class)
final class FaultsCommand implements Callable<Integer> {
  private final S2 s2;
  private final StopSignal stop;

  @Spec private CommandSpec spec;

  @ArgGroup(multiplicity = "0..1")
  private @Nullable Form form;

  static final class Form {
    @Option(names = "--quick", description = "All cases in small, some five minutes; the default.")
    private boolean quick;

    @Option(names = "--full", description = "All cases in full, some hours.")
    private boolean full;

    @Option(names = "--list", description = "Only list the cases.")
    private boolean list;
  }

  @Option(
      names = "--case",
      paramLabel = "NAME",
      description = "Only this case; may be given more than once.")
  private List<String> cases = List.of();

  @Option(
      names = "--guarantee",
      converter = GuaranteeConverter.class,
      paramLabel = "exactly-once|at-least-once",
      description = "Only under this guarantee.")
  private @Nullable Guarantee guarantee;

  @Option(
      names = "--group-protocol",
      defaultValue = "classic",
      paramLabel = "classic|streams",
      description = "How the processors' group is kept (group.protocol); default ${DEFAULT-VALUE}.")
  private String protocol;

  @Option(names = "--seed", description = "Repeats the random choices of an earlier run.")
  private @Nullable Long seed;

  @Option(
      names = "--soak-minutes",
      defaultValue = "30",
      description = "Length of the soak; default ${DEFAULT-VALUE}.")
  private int soakMinutes;

  FaultsCommand(S2 s2, StopSignal stop) {
    this.s2 = s2;
    this.stop = stop;
  }

  @Override
  public Integer call() throws Exception {
    List<String> known = Faults.CASES.stream().map(FaultCase::name).toList();
    for (String name : cases) {
      if (!known.contains(name)) {
        throw new ParameterException(
            spec.commandLine(),
            "--case " + name + " is not known; expected one of " + String.join(", ", known));
      }
    }
    if (!List.of("classic", "streams").contains(protocol)) {
      throw new ParameterException(
          spec.commandLine(),
          "--group-protocol must be classic or streams, but is '" + protocol + "'");
    }
    if (soakMinutes < 1) {
      throw new ParameterException(
          spec.commandLine(), "--soak-minutes must be at least 1, but is " + soakMinutes);
    }
    if (form != null && form.list) {
      Faults.CASES.forEach(
          each -> spec.commandLine().getOut().printf("%-18s %s%n", each.name(), each.about()));
      return 0;
    }
    FaultsOptions options =
        new FaultsOptions(
            form != null && form.full,
            cases,
            guarantee == null ? List.of(Guarantee.values()) : List.of(guarantee),
            protocol,
            seed == null ? ThreadLocalRandom.current().nextInt(1_000_000) : seed,
            Duration.ofMinutes(soakMinutes));
    if (!s2.isVerbose()) {
      LogOutput.errorsOnly();
    }
    interruptOnStop(Thread.currentThread());
    try {
      return new Faults(options, System.out, System.err).run() ? 0 : FailureReport.FAILED;
    } catch (InterruptedException e) {
      throw new CommandFailedException("stopped before the end");
    }
  }

  /** A case waits in many places: an interrupt gets it out of each, and its children are ended. */
  private void interruptOnStop(Thread command) {
    Thread watch =
        new Thread(
            () -> {
              try {
                stop.await(Duration.ofDays(1));
                command.interrupt();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "faults-stop");
    watch.setDaemon(true);
    watch.start();
  }
}
