package io.s2stream.processor.s2;

/** What happens to an image whose size is no multiple of the tile size. */
public enum SplitMode {
  /** It is refused, and so are images that aren't square: upstream's released behaviour. */
  EXACT,
  /** It is resized once more, to the next multiple (upstream's branch for any shape). */
  RESIZE,
  /**
   * It is padded with zeros at the right and bottom; features of the padding are cut off (same
   * branch).
   */
  PAD
}
