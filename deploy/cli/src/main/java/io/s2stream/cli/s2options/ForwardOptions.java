package io.s2stream.cli.s2options;

import java.util.List;

import io.s2stream.cli.refusal.Problems;
import io.s2stream.processor.s2.ImageSize;
import io.s2stream.processor.s2.OutputShape;
import io.s2stream.processor.s2.Preset;
import io.s2stream.processor.s2.S2Options;
import io.s2stream.processor.s2.SplitMode;
import io.s2stream.processor.tower.TowerSpec;
import org.jspecify.annotations.Nullable;

/** Reads {@link ScaleArguments} as options of one forward, with upstream's defaults. */
public final class ForwardOptions {
  private ForwardOptions() {}

  /**
   * Reads the arguments.
   *
   * @param problems gets what can't be read; whether the options make sense is for {@link
   *     io.s2stream.processor.s2.S2Plan} to say
   */
  public static S2Options read(
      ScaleArguments arguments, @Nullable String outputShape, Problems problems) {
    OptionText text = new OptionText(problems);
    S2Options options = sizes(arguments, text);
    String split = arguments.maxSplitSize;
    String index = arguments.resizeOutputToIdx;
    String prefix = arguments.numPrefixToken;
    String tiles = arguments.maxTilesPerForward;
    Boolean splitForward = arguments.splitForward;
    options =
        options
            .withMaxSplit(
                split == null
                    ? options.maxSplitSize()
                    : text.wholeNumber("--max-split-size", split, 1),
                splitMode(arguments, options.imgSizes(), text))
            .withOutput(
                index == null
                    ? options.resizeOutputToIdx()
                    : text.wholeNumber("--resize-output-to-idx", index, Integer.MIN_VALUE),
                prefix == null ? 0 : text.wholeNumber("--num-prefix-token", prefix, 0),
                outputShape == null
                    ? OutputShape.BNC
                    : text.choice("--output-shape", outputShape, OutputShape.class))
            .withChunks(
                splitForward == null ? options.splitForward() : splitForward,
                tiles == null ? 0 : text.wholeNumber("--max-tiles-per-forward", tiles, 1));
    return options;
  }

  private static S2Options sizes(ScaleArguments arguments, OptionText text) {
    S2Options options = S2Options.defaults();
    if (arguments.preset != null) {
      options = text.preset("--preset", arguments.preset).map(Preset::options).orElse(options);
    }
    if (arguments.scales != null) {
      options = options.withScales(text.numbers("--scales", arguments.scales)).withImgSizes(null);
    }
    if (arguments.imgSizes != null) {
      options = options.withImgSizes(text.sizes("--img-sizes", arguments.imgSizes));
    }
    return options;
  }

  private static SplitMode splitMode(
      ScaleArguments arguments, @Nullable List<ImageSize> sizes, OptionText text) {
    if (arguments.splitMode != null) {
      return text.choice("--split-mode", arguments.splitMode, SplitMode.class);
    }
    return sizes == null ? SplitMode.EXACT : defaultMode(sizes);
  }

  /**
   * Sizes that aren't square exist only on upstream's branch for any shape, whose default is
   * resize.
   */
  static SplitMode defaultMode(List<ImageSize> sizes) {
    return sizes.stream().allMatch(size -> size.height() == size.width())
        ? SplitMode.EXACT
        : SplitMode.RESIZE;
  }

  /** Fills in what only the tower can say: its prefix tokens, if the arguments don't. */
  public static S2Options complete(S2Options options, ScaleArguments arguments, TowerSpec spec) {
    return arguments.numPrefixToken != null || spec.prefixTokens() <= 0
        ? options
        : options.withOutput(
            options.resizeOutputToIdx(), spec.prefixTokens(), options.outputShape());
  }
}
