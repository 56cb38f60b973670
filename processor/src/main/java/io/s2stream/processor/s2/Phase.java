package io.s2stream.processor.s2;

/** What the time of a forward is spent on, in the order of one tile's way. */
public enum Phase {
  /** Allocating the result, the tiles and the weights of the pooling. */
  PREPARE("prepare"),
  /** Pixels to normalised numbers, for frames; an array of images is normalised already. */
  NORMALIZE("normalize"),
  /** Resizing the image to each scale. */
  RESIZE("resize"),
  /** Copying tiles out of the resized image. */
  CUT("cut"),
  /** Running the tower. */
  TOWER("tower"),
  /**
   * Bringing each tile's features to their place in the result, averaged: upstream's merge and its
   * pooling in one.
   */
  POOL("pool"),
  /** Converting the result to the type it leaves in. */
  CONVERT("convert"),
  /** Copying the result off the device. */
  COPY("copy");

  private final String label;

  Phase(String label) {
    this.label = label;
  }

  /** Lower-case name, stable over versions. */
  public String label() {
    return label;
  }
}
