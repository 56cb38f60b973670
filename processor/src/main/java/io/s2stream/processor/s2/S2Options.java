package io.s2stream.processor.s2;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Options of the multiscale forward, with the names and the meaning of upstream's {@code
 * s2wrapper.forward}. Nothing is checked here; {@link S2Plan} refuses what is wrong, all at once.
 *
 * @param scales factors on the input's size, fractions too; null when imgSizes says the sizes
 * @param imgSizes the sizes themselves; win over scales
 * @param maxSplitSize largest tile side in pixels; 0 = the input's height
 * @param splitMode what to do with sizes that aren't multiples of the tile size
 * @param resizeOutputToIdx index of the scale whose grid the result has; negative counts from the
 *     end
 * @param numPrefixToken tokens before the patch grid; their mean over the tiles is kept
 * @param outputShape form of the result
 * @param splitForward true: one run of the tower takes at most as many tiles as the batch has
 *     images, which bounds its memory to that of a forward with one scale; false: all tiles of the
 *     batch. The result is the same
 * @param maxTilesPerForward most tiles per run of the tower, in place of splitForward's number; 0 =
 *     splitForward decides
 */
public record S2Options(
    @Nullable List<Double> scales,
    @Nullable List<ImageSize> imgSizes,
    int maxSplitSize,
    SplitMode splitMode,
    int resizeOutputToIdx,
    int numPrefixToken,
    OutputShape outputShape,
    boolean splitForward,
    int maxTilesPerForward) {

  public S2Options {
    scales = scales == null ? null : List.copyOf(scales);
    imgSizes = imgSizes == null ? null : List.copyOf(imgSizes);
  }

  /** Upstream's defaults; without scales or sizes, so not yet usable. */
  public static S2Options defaults() {
    return new S2Options(null, null, 0, SplitMode.EXACT, 0, 0, OutputShape.BNC, false, 0);
  }

  public static S2Options ofScales(double... scales) {
    return defaults().withScales(Arrays.stream(scales).boxed().toList());
  }

  /** Square sizes in pixels. */
  public static S2Options ofImgSizes(int... sizes) {
    return defaults().withImgSizes(Arrays.stream(sizes).mapToObj(ImageSize::square).toList());
  }

  public S2Options withScales(@Nullable List<Double> value) {
    return new S2Options(
        value,
        imgSizes,
        maxSplitSize,
        splitMode,
        resizeOutputToIdx,
        numPrefixToken,
        outputShape,
        splitForward,
        maxTilesPerForward);
  }

  public S2Options withImgSizes(@Nullable List<ImageSize> value) {
    return new S2Options(
        scales,
        value,
        maxSplitSize,
        splitMode,
        resizeOutputToIdx,
        numPrefixToken,
        outputShape,
        splitForward,
        maxTilesPerForward);
  }

  public S2Options withMaxSplit(int size, SplitMode mode) {
    return new S2Options(
        scales,
        imgSizes,
        size,
        mode,
        resizeOutputToIdx,
        numPrefixToken,
        outputShape,
        splitForward,
        maxTilesPerForward);
  }

  public S2Options withOutput(int resizeToIdx, int prefixTokens, OutputShape shape) {
    return new S2Options(
        scales,
        imgSizes,
        maxSplitSize,
        splitMode,
        resizeToIdx,
        prefixTokens,
        shape,
        splitForward,
        maxTilesPerForward);
  }

  public S2Options withChunks(boolean split, int maxTiles) {
    return new S2Options(
        scales,
        imgSizes,
        maxSplitSize,
        splitMode,
        resizeOutputToIdx,
        numPrefixToken,
        outputShape,
        split,
        maxTiles);
  }

  /** What is wrong whatever the image and the tower are; empty when nothing is. */
  public List<String> problems() {
    var problems = new ArrayList<String>();
    int count = imgSizes != null ? imgSizes.size() : scales != null ? scales.size() : -1;
    if (count < 0) {
      problems.add("give scales or img_sizes");
    } else if (count == 0) {
      problems.add((imgSizes != null ? "img_sizes" : "scales") + " is empty, give at least one");
    } else if (resizeOutputToIdx >= count || resizeOutputToIdx < -count) {
      problems.add(
          "resize_output_to_idx is "
              + resizeOutputToIdx
              + ", with "
              + count
              + " scales it must be within "
              + -count
              + ".."
              + (count - 1));
    }
    if (imgSizes == null
        && scales != null
        && !scales.stream().allMatch(s -> s > 0 && Double.isFinite(s))) {
      problems.add("scales must be positive numbers, got " + scales);
    }
    if (imgSizes != null && !imgSizes.stream().allMatch(s -> s.height() > 0 && s.width() > 0)) {
      problems.add("img_sizes must be positive, got " + imgSizes);
    }
    if (maxSplitSize < 0) {
      problems.add("max_split_size must be positive, got " + maxSplitSize);
    }
    if (numPrefixToken < 0) {
      problems.add("num_prefix_token must be 0 or more, got " + numPrefixToken);
    }
    if (numPrefixToken > 0 && outputShape == OutputShape.BCHW) {
      problems.add(
          "feature maps (output_shape bchw) have no place for prefix tokens; set num_prefix_token to 0");
    }
    if (maxTilesPerForward < 0) {
      problems.add("max_tiles_per_forward must be positive, got " + maxTilesPerForward);
    }
    return problems;
  }
}
