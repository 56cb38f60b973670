package io.s2stream.processor.s2;

/** Form of the result. */
public enum OutputShape {
  /** {@code [B, N, C]}: prefix tokens, then the grid row by row. */
  BNC,
  /** {@code [B, C, H, W]}. */
  BCHW
}
