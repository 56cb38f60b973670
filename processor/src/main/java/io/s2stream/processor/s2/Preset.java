package io.s2stream.processor.s2;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Options of models that were trained with S2 features, by name. Prefix tokens are the tower's own
 * affair: all three models select the patch tokens only.
 */
public enum Preset {
  /** LLaVA-1.5 with S2: CLIP ViT-L/14 at 336 pixels (arXiv 2403.13043, section 4.1). */
  LLAVA_1_5_S2("llava-1.5-s2", 0, 336, 672, 1008),
  /** VILA-1.5-3B-S2: SigLIP-so400m/14 at 384 pixels (VILA's training scripts). */
  VILA_1_5_S2("vila-1.5-s2", 0, 384, 768),
  /**
   * NVILA: SigLIP-so400m/14 at 448 pixels, the features on the grid of the last scale (VILA's
   * scripts/NVILA, arXiv 2412.04468).
   */
  NVILA("nvila", -1, 448, 896, 1344);

  private final String id;
  private final int resizeOutputToIdx;
  private final int[] sizes;

  Preset(String id, int resizeOutputToIdx, int... sizes) {
    this.id = id;
    this.resizeOutputToIdx = resizeOutputToIdx;
    this.sizes = sizes;
  }

  /** The name that users write. */
  public String id() {
    return id;
  }

  /** Names of all presets. */
  public static List<String> ids() {
    return Arrays.stream(values()).map(Preset::id).toList();
  }

  /** The preset of this name. */
  public static Optional<Preset> of(String id) {
    return Arrays.stream(values()).filter(p -> p.id.equals(id)).findFirst();
  }

  /** All options of the forward, for a tower without prefix tokens. */
  public S2Options options() {
    return S2Options.ofImgSizes(sizes)
        .withMaxSplit(tileSize(), SplitMode.EXACT)
        .withOutput(resizeOutputToIdx, 0, OutputShape.BNC)
        .withChunks(true, 0);
  }

  /** Side of the tiles, and of the tower's input, in pixels. */
  public int tileSize() {
    return sizes[0];
  }
}
