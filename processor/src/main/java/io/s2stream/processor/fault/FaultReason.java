package io.s2stream.processor.fault;

/**
 * Why a frame batch goes to the dead-letter topic; the value of its reason header and of the
 * metric's reason tag.
 */
public enum FaultReason {
  /** The message is not a frame batch in the registry's wire format. */
  UNREADABLE_RECORD("unreadable-record"),
  /** The pixels can't be decoded, or don't fit the size the batch states. */
  BAD_FRAME("bad-frame"),
  /** Frames of this size can't be processed with the configured scales. */
  UNSUPPORTED_SIZE("unsupported-size"),
  /** More frames, or more feature bytes, than a record may have. */
  TOO_LARGE("too-large"),
  /**
   * Frames that don't fit the device's memory, not even tile by tile, while it can still do what it
   * did before.
   */
  OUT_OF_MEMORY("out-of-memory"),
  /** The tower fails on this frame, and only on it. */
  TOWER_ERROR("tower-error");

  private final String label;

  FaultReason(String label) {
    this.label = label;
  }

  /** Kebab-case name, stable over versions. */
  public String label() {
    return label;
  }
}
