package io.s2stream.processor.extract;

import java.util.ArrayList;
import java.util.List;

import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.Problem;
import io.s2stream.config.Setting;
import io.s2stream.processor.s2.SplitMode;
import org.jspecify.annotations.Nullable;

/** The {@code s2} section: upstream's options of the multiscale forward, under upstream's names. */
public record S2Config(
    @Setting(
            value =
                "Sizes of the image as factors on the tower's input size, fractions too. With split-mode resize or pad"
                    + " on the shorter side.",
            defaultValue = "[1, 2]")
        List<Double> scales,
    @Setting(value = "Sizes of the image in pixels (square), instead of scales.", optional = true)
        @Nullable List<Integer> imgSizes,
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
                "Index of the scale whose grid the features have; negative counts from the end.",
            defaultValue = "0")
        int resizeOutputToIdx,
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
                    + " nothing else.",
            defaultValue = "16")
        int maxTilesPerForward) {

  public S2Config {
    var problems = new ArrayList<Problem>();
    if (scales.isEmpty() || !scales.stream().allMatch(s -> s > 0)) {
      problems.add(new Problem("scales", "must be one or more positive numbers, not " + scales));
    }
    if (imgSizes != null && (imgSizes.isEmpty() || !imgSizes.stream().allMatch(s -> s > 0))) {
      problems.add(
          new Problem("img-sizes", "must be one or more positive whole numbers, not " + imgSizes));
    }
    if (maxSplitSize != null && maxSplitSize < 1) {
      problems.add(new Problem("max-split-size", "must be 1 or more, not " + maxSplitSize));
    }
    int count = imgSizes == null ? scales.size() : imgSizes.size();
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
    scales = List.copyOf(scales);
    imgSizes = imgSizes == null ? null : List.copyOf(imgSizes);
  }
}
