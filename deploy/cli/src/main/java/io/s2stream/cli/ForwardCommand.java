package io.s2stream.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.s2stream.cli.files.OutputFile;
import io.s2stream.cli.numpy.NpyFile;
import io.s2stream.cli.numpy.NpyFormatException;
import io.s2stream.cli.refusal.Problems;
import io.s2stream.cli.refusal.RefusedException;
import io.s2stream.cli.s2options.ForwardOptions;
import io.s2stream.cli.s2options.ScaleArguments;
import io.s2stream.cli.tower.TorchErrors;
import io.s2stream.cli.tower.TowerArguments;
import io.s2stream.processor.s2.ImageSize;
import io.s2stream.processor.s2.ImageSource;
import io.s2stream.processor.s2.InvalidOptionsException;
import io.s2stream.processor.s2.S2Forward;
import io.s2stream.processor.s2.S2Options;
import io.s2stream.processor.s2.S2Plan;
import io.s2stream.processor.s2.TensorOps;
import io.s2stream.processor.tower.Tower;
import io.s2stream.processor.tower.TowerLoadException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code s2 forward}: the multiscale forward of a NumPy array. */
@Command(
    name = "forward",
    description = {
      "Run the multiscale forward on images in a NumPy file and write the features to another. Options"
          + " have upstream's names, defaults and meaning."
    },
    footer = {
      "",
      "Exit code 0: written; 1: the model or the forward failed; 2: bad options or input."
    },
    mixinStandardHelpOptions = true,
    versionProvider = BuildInfo.class)
final class ForwardCommand implements Callable<Integer> {
  private final StopSignal stop;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR|FILE.pt",
      description = "Model directory of the vision tower, or a TorchScript file alone.")
  private Path model;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "FILE.npy",
      description = "Images [B, 3, H, W], normalised; float32, float16 or float64.")
  private Path input;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE.npy",
      description = "Where the features go, float32; replaced once they are there.")
  private Path output;

  @Mixin private ScaleArguments scales = new ScaleArguments();

  @Option(
      names = "--output-shape",
      paramLabel = "bnc|bchw",
      description =
          "bnc, the default: tokens [B, N, C]; bchw: a convolutional tower's map [B, C, H, W].")
  private @Nullable String outputShape;

  @Mixin private TowerArguments towerArguments = new TowerArguments();

  ForwardCommand(StopSignal stop) {
    this.stop = stop;
  }

  @Override
  public Integer call() throws Exception {
    Problems problems = new Problems();
    towerArguments.check(model, problems);
    boolean loadable = problems.count() == 0;
    int before = problems.count();
    S2Options options = ForwardOptions.read(scales, outputShape, problems);
    boolean readable = problems.count() == before;
    NpyFile images = images(problems);
    OutputFile target = new OutputFile(output);
    target.check("--output", problems);
    // Where it can be asked, the tower says what doesn't fit it even if something is wrong already:
    // one message names everything.
    if (!loadable || !readable || images == null || images.header().shape().size() != 4) {
      if (readable) {
        problems.addUpstream(options.problems());
      }
      problems.throwIfAny();
      throw new IllegalStateException("an input that can't be used without a problem");
    }
    try (Tower tower = load(problems);
        NDManager manager = tower.newManager();
        TensorOps ops = TensorOps.load(manager.getDevice())) {
      S2Plan plan =
          plan(ForwardOptions.complete(options, scales, tower.spec()), images, tower, problems);
      NDArray features = forward(plan, images.read(manager), new S2Forward(tower, ops));
      target.write(channel -> NpyFile.write(features, channel));
    }
    return 0;
  }

  private Tower load(Problems problems) throws TowerLoadException, RefusedException {
    try {
      return towerArguments.load(model);
    } catch (TowerLoadException e) {
      if (problems.count() == 0) {
        throw e;
      }
      problems.add("--model: " + e.getMessage());
      problems.throwIfAny();
      throw e;
    }
  }

  private @Nullable NpyFile images(Problems problems) throws IOException {
    try {
      NpyFile images = NpyFile.open(input);
      var shape = images.header().shape();
      if (shape.size() != 4) {
        problems.add(
            "--input " + input + " has shape " + shape + ": expected rank 4, [B, 3, H, W]");
      } else if (shape.get(1) != 3) {
        problems.add(
            "--input "
                + input
                + " has shape "
                + shape
                + ": expected 3 channels on the second axis, [B, 3, H, W]");
      }
      return images;
    } catch (NpyFormatException e) {
      problems.add("--input: " + e.getMessage());
      return null;
    }
  }

  private static S2Plan plan(S2Options options, NpyFile images, Tower tower, Problems problems)
      throws RefusedException {
    var shape = images.header().shape();
    var size = new ImageSize(shape.get(2).intValue(), shape.get(3).intValue());
    try {
      S2Plan plan = S2Plan.of(options, size, tower);
      problems.throwIfAny();
      return plan;
    } catch (InvalidOptionsException e) {
      problems.addUpstream(e.problems());
      problems.throwIfAny();
      throw e;
    }
  }

  /** Runs the plan; a native forward must not be under way when the JVM exits. */
  private NDArray forward(S2Plan plan, NDArray images, S2Forward forward)
      throws CommandFailedException {
    ImageSource source =
        (frame, scope) -> {
          if (stop.isRequested()) {
            throw new StoppedException();
          }
          NDArray image = images.get(new NDIndex("{}:{}", frame, frame + 1));
          image.attach(scope);
          return image;
        };
    try {
      return forward.forward(plan, (int) images.getShape().get(0), source, images.getManager());
    } catch (EngineException e) {
      throw new CommandFailedException("the forward failed: " + TorchErrors.cause(e));
    } catch (StoppedException e) {
      throw new CommandFailedException("stopped; nothing was written");
    }
  }

  private static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
