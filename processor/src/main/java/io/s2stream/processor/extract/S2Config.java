package io.s2stream.processor.extract;

import java.util.ArrayList;
import java.util.List;

import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.Problem;
import io.s2stream.config.Setting;
import io.s2stream.processor.s2.ImageSize;
import io.s2stream.processor.s2.Preset;
import io.s2stream.processor.s2.S2Options;
import io.s2stream.processor.s2.SplitMode;
import org.jspecify.annotations.Nullable;

/**
 * The {@code s2} section: upstream's options of the multiscale forward, under upstream's names.
 *
 * <p>A preset fills in what is absent, so the components hold what applies and not only what the
 * file says: exactly one of {@code scales} and {@code imgSizes} is null.
 */
public record S2Config(
    @Setting(
            value =
                "Sizes of a known model: llava-1.5-s2, vila-1.5-s2 or nvila. Gives img-sizes, max-split-size and"
                    + " resize-output-to-idx; settings of those, and scales, win over it.",
            optional = true)
        @Nullable String preset,
    @Setting(
            value =
                "Sizes of the image as factors on the tower's input size, fractions too. With split-mode resize or pad"
                    + " on the shorter side. Absent, without preset and img-sizes: [1, 2].",
            optional = true)
        @Nullable List<Double> scales,
    @Setting(
            value =
                "Sizes of the image in pixels, instead of scales: 336 for a square, 336x504 for height x width (with"
                    + " split-mode resize or pad). They win over scales.",
            optional = true)
        @Nullable List<String> imgSizes,
    @Setting(
            value = "Largest side of a tile in pixels. Absent: the tower's input size.",
            optional = true)
        @Nullable Integer maxSplitSize,
    @Setting(
            value =
                "What to do with images that are no whole number of tiles: exact refuses them and all images that"
                    + " aren't square, resize stretches them to the next multiple, pad fills them up with zeros.",
            defaultValue = "exact")
        SplitMode splitMode,
    @Setting(
            value =
                "Index of the scale whose grid the features have; negative counts from the end. Absent, without preset: 0.",
            optional = true)
        @Nullable Integer resizeOutputToIdx,
    @Setting(
            value =
                "Class and register tokens before the patch tokens. Absent: what the model directory says; another"
                    + " number is refused.",
            optional = true)
        @Nullable Integer numPrefixToken,
    @Setting(
            value =
                "Run the tower on a bounded number of tiles at a time, whatever the batch and the scales. false: on all"
                    + " tiles of a batch at once.",
            defaultValue = "true")
        boolean splitForward,
    @Setting(
            value =
                "With split-forward: most tiles that the tower runs at once, 1 or more. Its memory is proportional to this, and to"
                    + " nothing else. 4 was measured fastest on a CPU; give a GPU more, 16 say.",
            defaultValue = "4")
        int maxTilesPerForward) {
  private static final List<Double> DEFAULT_SCALES = List.of(1.0, 2.0);

  public S2Config {
    var problems = new ArrayList<Problem>();
    Preset known = preset == null ? null : Preset.of(preset).orElse(null);
    if (preset != null && known == null) {
      problems.add(
          new Problem(
              "preset", "must be one of " + String.join(", ", Preset.ids()) + ", not " + preset));
    }
    if (imgSizes != null) {
      scales = null;
    } else if (scales == null && known == null) {
      scales = DEFAULT_SCALES;
    }
    if (known != null) {
      S2Options options = known.options();
      if (imgSizes == null && scales == null && options.imgSizes() != null) {
        imgSizes = options.imgSizes().stream().map(S2Config::text).toList();
      }
      if (maxSplitSize == null) {
        maxSplitSize = options.maxSplitSize();
      }
      if (resizeOutputToIdx == null) {
        resizeOutputToIdx = options.resizeOutputToIdx();
      }
    }
    if (resizeOutputToIdx == null) {
      resizeOutputToIdx = 0;
    }
    if (scales != null && (scales.isEmpty() || !scales.stream().allMatch(s -> s > 0))) {
      problems.add(new Problem("scales", "must be one or more positive numbers, not " + scales));
    }
    if (imgSizes != null) {
      checkSizes(imgSizes, problems);
    }
    if (maxSplitSize != null && maxSplitSize < 1) {
      problems.add(new Problem("max-split-size", "must be 1 or more, not " + maxSplitSize));
    }
    int count = imgSizes != null ? imgSizes.size() : scales == null ? 0 : scales.size();
    if (count > 0 && (resizeOutputToIdx >= count || resizeOutputToIdx < -count)) {
      problems.add(
          new Problem(
              "resize-output-to-idx",
              "must be within "
                  + -count
                  + ".."
                  + (count - 1)
                  + " for "
                  + count
                  + " scales, not "
                  + resizeOutputToIdx));
    }
    if (numPrefixToken != null && numPrefixToken < 0) {
      problems.add(new Problem("num-prefix-token", "must be 0 or more, not " + numPrefixToken));
    }
    if (maxTilesPerForward < 1) {
      problems.add(
          new Problem("max-tiles-per-forward", "must be 1 or more, not " + maxTilesPerForward));
    }
    if (!problems.isEmpty()) {
      throw new InvalidSettingException(problems);
    }
    scales = scales == null ? null : List.copyOf(scales);
    imgSizes = imgSizes == null ? null : List.copyOf(imgSizes);
  }

  private static void checkSizes(List<String> sizes, List<Problem> problems) {
    if (sizes.isEmpty()) {
      problems.add(new Problem("img-sizes", "is empty, give one or more sizes"));
    }
    for (int i = 0; i < sizes.size(); i++) {
      try {
        ImageSize.parse(sizes.get(i));
      } catch (IllegalArgumentException e) {
        problems.add(new Problem("img-sizes[" + i + "]", String.valueOf(e.getMessage())));
      }
    }
  }

  private static String text(ImageSize size) {
    return size.height() == size.width() ? Integer.toString(size.height()) : size.toString();
  }

  /** The sizes of {@code imgSizes}; null where scales say them. */
  @Nullable List<ImageSize> imageSizes() {
    return imgSizes == null ? null : imgSizes.stream().map(ImageSize::parse).toList();
  }

  /** {@code resizeOutputToIdx}, or its default. */
  int outputIdx() {
    return resizeOutputToIdx == null ? 0 : resizeOutputToIdx;
  }
}
