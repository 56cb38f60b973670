package io.s2stream.cli.s2options;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options that say which scales are made and how, under upstream's names. Texts: they are read
 * together, so that all that is wrong is told at once.
 */
public final class ScaleArguments {
  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "Sizes of a known model: llava-1.5-s2, vila-1.5-s2 or nvila. Options given beside it win.")
  @Nullable String preset;

  @Option(
      names = "--scales",
      paramLabel = "S,…",
      description = "Sizes of the image as factors, fractions too, for example 1,2 or 0.5,1.")
  @Nullable String scales;

  @Option(
      names = "--img-sizes",
      paramLabel = "N|HxW,…",
      description =
          "The sizes themselves in pixels, for example 336,672 or 336x504,672x1008 (height x width);"
              + " win over --scales.")
  @Nullable String imgSizes;

  @Option(
      names = "--max-split-size",
      paramLabel = "PIXELS",
      description = "Largest side of a tile.")
  @Nullable String maxSplitSize;

  @Option(
      names = "--split-mode",
      paramLabel = "exact|resize|pad",
      description =
          "Sizes that are no whole number of tiles, and images that aren't square: exact refuses them,"
              + " resize stretches them to the next multiple, pad fills them up with zeros.")
  @Nullable String splitMode;

  @Option(
      names = "--resize-output-to-idx",
      paramLabel = "N",
      description =
          "Index of the scale whose grid the features have, negative counts from the end; default 0.")
  @Nullable String resizeOutputToIdx;

  @Option(
      names = "--num-prefix-token",
      paramLabel = "N",
      description =
          "Class and register tokens before the patch tokens; default: what the model directory says.")
  @Nullable String numPrefixToken;

  @Option(
      names = "--split-forward",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description =
          "Run the tower on a bounded number of tiles at a time. The features are the same.")
  @Nullable Boolean splitForward;

  @Option(
      names = "--max-tiles-per-forward",
      paramLabel = "K",
      description = "Most tiles that the tower runs at once; memory is proportional to this.")
  @Nullable String maxTilesPerForward;
}
