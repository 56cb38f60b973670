package io.s2stream.ingest.source;

/** What becomes of frames that the decoder could only partly restore. */
public enum Damage {
  /** They and all that are built on them are left out, up to the next keyframe. */
  SKIP,
  /** They are shown as they are, smeared. */
  SHOW
}
