package io.s2stream.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;

import io.s2stream.bench.compare.Benchmark;
import io.s2stream.bench.compare.LargeTower;
import io.s2stream.bench.compare.PerformancePage;
import io.s2stream.bench.compare.Workbench;
import io.s2stream.cli.log.LogOutput;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code s2 bench}: ours beside its peers and limits, in one table. */
@Command(
    name = "bench",
    description = {
      "Measure the system beside peers that do the same work, and beside limits: one table."
          + " Brokers run as child processes; outputs are checked. For a machine with nothing else to do."
    },
    footer = {
      "",
      "Exit code 0: all was measured, whatever the targets; 1: something could not be; 2: wrong usage."
    },
    mixinStandardHelpOptions = true,
    versionProvider = BuildInfo.class)
final class BenchCommand implements Callable<Integer> {
  private final S2 s2;
  private final StopSignal stop;

  @Spec private CommandSpec spec;

  @Option(
      names = "--quick",
      description = "Few repeats, some ten minutes; otherwise up to twenty-five.")
  private boolean quick;

  @Option(
      names = "--tiny",
      hidden = true,
      description = "As little as possible, to see the table's form; the figures mean nothing.")
  private boolean tiny;

  @Option(names = "--list", description = "Only list the comparisons.")
  private boolean list;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "NAME",
      description = "Only these comparisons.")
  private List<String> only = List.of();

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description =
          "Model directory of the vision tower; default: one of ViT-B/16's size that --python makes, else"
              + " the demo's (both have random weights).")
  private @Nullable Path model;

  @Option(
      names = "--python",
      paramLabel = "PATH",
      description =
          "A Python with PyTorch, PyAV and confluent-kafka, for the loop in Python and the tower.")
  private @Nullable Path python;

  @Option(
      names = "--scripts",
      paramLabel = "DIR",
      defaultValue = "deploy/bench/python",
      description = "Where loop.py and export_vit.py are, for --python; default ${DEFAULT-VALUE}.")
  private Path scripts = Path.of("");

  @Option(
      names = "--write",
      paramLabel = "FILE",
      description = "Also write the table between the marks of this page: docs/performance.md.")
  private @Nullable Path page;

  BenchCommand(S2 s2, StopSignal stop) {
    this.s2 = s2;
    this.stop = stop;
  }

  @Override
  public Integer call() throws Exception {
    if (list) {
      Benchmark.list(System.out);
      return 0;
    }
    only.stream()
        .filter(name -> !Benchmark.names().contains(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw wrong(
                  "--only "
                      + name
                      + " is not known; expected one of "
                      + String.join(", ", Benchmark.names()));
            });
    String home = System.getProperty("s2.home");
    if (home == null) {
      throw wrong("started without bin/s2, which is what is measured");
    }
    if (model != null && !Files.isDirectory(model)) {
      throw wrong("--model " + model + " is no folder");
    }
    if (!s2.isVerbose()) {
      LogOutput.errorsOnly();
    }
    Benchmark.Result result = stop.interruptibly(() -> measure(home));
    return result != null && result.sound() ? 0 : FailureReport.FAILED;
  }

  private Benchmark.Result measure(String home) throws Exception {
    try (LargeTower large = largeTower()) {
      Path demo = Path.of(home, "models", "demo-vit");
      Path tower = model != null ? model : large != null ? large.modelDirectory() : demo;
      Benchmark.Result result =
          new Benchmark(
                  new Workbench(
                      quick,
                      tiny,
                      Path.of(home, "bin", "s2"),
                      demo,
                      tower.toAbsolutePath().normalize(),
                      python,
                      scripts,
                      System.err),
                  only)
              .run();
      show(result.table());
      return result;
    }
  }

  private void show(String table) throws IOException {
    String text =
        "%s; %s; `./s2 %s`. %s"
            .formatted(
                LocalDate.now(ZoneOffset.UTC),
                PerformancePage.machine(),
                String.join(" ", spec.commandLine().getParent().getParseResult().originalArgs()),
                table);
    System.out.print(text);
    System.out.flush();
    if (page != null) {
      PerformancePage.write(page, text);
    }
  }

  /** Null: another one is measured with. */
  private @Nullable LargeTower largeTower() throws InterruptedException {
    if (python == null || model != null || tiny || !Benchmark.usesModel(only)) {
      return null;
    }
    try {
      return LargeTower.make(python, scripts);
    } catch (IOException e) {
      throw wrong(
          "--python "
              + python
              + " can't make the tower: "
              + e.getMessage()
              + "; --scripts says where export_vit.py is, --model names a tower that is there");
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
