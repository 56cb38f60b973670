package io.s2stream.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.s2stream.cli.files.OutputFile;
import io.s2stream.cli.numpy.NpyFile;
import io.s2stream.cli.numpy.NpyFormatException;
import io.s2stream.cli.refusal.Problems;
import io.s2stream.cli.s2options.OptionText;
import io.s2stream.cli.tower.TorchErrors;
import io.s2stream.processor.s2.DynamicMerge;
import io.s2stream.processor.s2.DynamicMerge.Merged;
import io.s2stream.processor.s2.Grid;
import io.s2stream.processor.s2.InvalidOptionsException;
import io.s2stream.processor.s2.TensorOps;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code s2 merge-dynamic}: VILA's merge of the features of sub-images. */
@Command(
    name = "merge-dynamic",
    description =
        "Merge the features of dynamic S2's sub-images into one map per image, as VILA does, and print the"
            + " new block sizes.",
    mixinStandardHelpOptions = true,
    versionProvider = BuildInfo.class)
final class MergeDynamicCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "FILE.npy",
      description = "Features [n, N, C] of all sub-images of all images, in order.")
  private Path input;

  @Option(
      names = "--block-sizes",
      required = true,
      paramLabel = "HxW|none,…",
      description =
          "Per image the grid of its last scale (see tile-grid); none for an image that is one sub-image.")
  private String blockSizes;

  @Option(
      names = "--scales",
      required = true,
      paramLabel = "PIXELS,…",
      description = "Ascending, for example 448,896,1344.")
  private String scales;

  @Option(
      names = {"--resize-output-to-idx", "--resize-output-to-scale-idx"},
      defaultValue = "0",
      paramLabel = "N",
      description =
          "Index of the scale whose grid the maps have, negative counts from the end; default"
              + " ${DEFAULT-VALUE}.")
  private String resizeOutputToIdx;

  @Option(
      names = "--output-prefix",
      required = true,
      paramLabel = "PREFIX",
      description = "The maps [1, C * scales, h, w] go to PREFIX0.npy, PREFIX1.npy, …; float32.")
  private String outputPrefix;

  @Override
  public Integer call() throws Exception {
    Problems problems = new Problems();
    OptionText text = new OptionText(problems);
    List<@Nullable Grid> sizes = text.blockSizes("--block-sizes", blockSizes);
    List<Integer> pixels = text.wholeNumbers("--scales", scales);
    int index = text.wholeNumber("--resize-output-to-idx", resizeOutputToIdx, Integer.MIN_VALUE);
    NpyFile opened = features(problems);
    output(0).check("--output-prefix", problems);
    NpyFile features = problems.sound(opened);
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        TensorOps ops = TensorOps.load(Device.cpu())) {
      Merged merged = new DynamicMerge(ops).merge(features.read(manager), sizes, pixels, index);
      write(merged);
    } catch (InvalidOptionsException e) {
      problems.addUpstream(e.problems());
      problems.throwIfAny();
    } catch (EngineException e) {
      throw new CommandFailedException("the merge failed: " + TorchErrors.cause(e));
    }
    return 0;
  }

  private @Nullable NpyFile features(Problems problems) throws IOException {
    try {
      return NpyFile.open(input);
    } catch (NpyFormatException e) {
      problems.add("--input: " + e.getMessage());
      return null;
    }
  }

  private OutputFile output(int image) {
    return new OutputFile(Path.of(outputPrefix + image + ".npy"));
  }

  private void write(Merged merged) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    for (int i = 0; i < merged.maps().size(); i++) {
      NDArray map = merged.maps().get(i);
      output(i).write(channel -> NpyFile.write(map, channel));
      out.println(outputPrefix + i + ".npy: " + map.getShape());
    }
    out.println(
        "new block sizes: "
            + merged.blockSizes().stream().map(Grid::toString).collect(Collectors.joining(",")));
    out.flush();
  }
}
