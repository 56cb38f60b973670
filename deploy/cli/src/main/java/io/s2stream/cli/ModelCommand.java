package io.s2stream.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import io.s2stream.cli.refusal.Problems;
import io.s2stream.cli.tower.ModelReport;
import io.s2stream.cli.tower.TowerArguments;
import io.s2stream.processor.tower.ModelDirectory;
import io.s2stream.processor.tower.Tower;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code s2 model}: describes and checks a model directory. */
@Command(
    name = "model",
    description = "Describe a model directory, check it, and run one tile through its tower.",
    footer = {"", "Exit code 0: it can be used; 1: it can't; 2: wrong usage."},
    mixinStandardHelpOptions = true,
    versionProvider = BuildInfo.class)
final class ModelCommand implements Callable<Integer> {
  private static final String ANY_SIZE_TILE = "224";

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "Model directory, or a TorchScript file alone.")
  private Path model;

  @Option(
      names = "--tile-size",
      paramLabel = "PIXELS",
      defaultValue = ANY_SIZE_TILE,
      description =
          "Side of the tile to run through a tower that takes any size; default ${DEFAULT-VALUE}.")
  private int tileSize;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private TowerArguments towerArguments = new TowerArguments();

  @Override
  public Integer call() throws Exception {
    Problems problems = new Problems();
    if (tileSize < 1) {
      problems.add("--tile-size is " + tileSize + ": expected 1 or more");
    }
    towerArguments.check(problems);
    problems.throwIfAny();
    ModelDirectory directory = ModelDirectory.read(model);
    try (Tower tower = towerArguments.load(model)) {
      int own = tower.spec().inputSize();
      ModelReport report = ModelReport.of(directory, tower, own == 0 ? tileSize : own);
      print(report);
    }
    return 0;
  }

  private void print(ModelReport report) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(report.json());
    } else {
      report.lines().forEach((name, value) -> out.printf("%-14s %s%n", name, value));
    }
    out.flush();
  }
}
