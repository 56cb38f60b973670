package io.s2stream.cli.tower;

import java.nio.file.Files;
import java.nio.file.Path;

import ai.djl.Device;
import io.s2stream.cli.refusal.Problems;
import io.s2stream.config.InvalidSettingException;
import io.s2stream.processor.extract.TowerConfig;
import io.s2stream.processor.tower.CpuThreads;
import io.s2stream.processor.tower.TorchTower;
import io.s2stream.processor.tower.Tower;
import io.s2stream.processor.tower.TowerLoadException;
import picocli.CommandLine.Option;

/** Where a tower runs, and with how many threads. */
public final class TowerArguments {
  @Option(
      names = "--device",
      defaultValue = "cpu",
      paramLabel = "cpu|gpu|gpu:N",
      description = "Where the tower runs; default ${DEFAULT-VALUE}.")
  private String device;

  @Option(
      names = "--threads",
      defaultValue = "0",
      paramLabel = "N",
      description = "CPU threads of one tensor operation; 0, the default: all processors.")
  private int threads;

  /** Notes what is wrong with the arguments and the model's path, without loading it. */
  public void check(Path model, Problems problems) {
    if (!Files.exists(model)) {
      problems.add(
          "--model " + model + " doesn't exist: expected a model directory or a TorchScript file");
    }
    check(problems);
  }

  /** Notes what is wrong with the arguments. */
  public void check(Problems problems) {
    try {
      config(Path.of("any"));
    } catch (InvalidSettingException e) {
      e.problems().forEach(p -> problems.add("--" + p.path() + " " + p.message()));
    }
  }

  /** The tower section of a configuration. */
  public TowerConfig config(Path model) {
    return new TowerConfig(model, device, threads);
  }

  /**
   * Loads a model directory or a TorchScript file alone; the caller closes it.
   *
   * @throws TowerLoadException when it can't be used
   */
  public Tower load(Path model) throws TowerLoadException {
    CpuThreads.set(threads > 0 ? threads : Runtime.getRuntime().availableProcessors());
    return TorchTower.load(model, djlDevice());
  }

  private Device djlDevice() {
    if (device.equals("cpu")) {
      return Device.cpu();
    }
    return Device.gpu(device.equals("gpu") ? 0 : Integer.parseInt(device.substring(4)));
  }
}
