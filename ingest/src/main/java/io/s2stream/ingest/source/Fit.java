package io.s2stream.ingest.source;

/** How a picture of another shape fills the frame's size. */
public enum Fit {
  /** Stretched to it, as the image processors of SigLIP and most CLIP towers of VILA do. */
  STRETCH,
  /** Scaled to fit inside, centred, the rest black. */
  PAD,
  /** Its centre of the frame's shape, scaled: what is beyond is lost. */
  CROP
}
