package io.s2stream.processor.fault;

/**
 * Why a frame batch goes to the dead-letter topic; the value of its reason header and of the
 * metric's reason tag. The page {@code docs/operations.md} says what to do about each.
 */
public enum FaultReason {
  /** The message has no value. */
  NO_VALUE("no-value"),
  /** The message doesn't begin with the byte 0 and a schema id. */
  WRONG_MAGIC("wrong-magic"),
  /** The message names a schema that the registry doesn't have. */
  UNKNOWN_SCHEMA("unknown-schema"),
  /** The message's schema is not a frame batch's, or not one that this version can read. */
  SCHEMA_MISMATCH("schema-mismatch"),
  /** The message is not a record of the schema it names. */
  UNDECODABLE("undecodable"),
  /** A batch without frames that is no end-of-stream mark. */
  NO_FRAMES("no-frames"),
  /** The pixels are encoded in a way that this version doesn't know. */
  UNKNOWN_ENCODING("unknown-encoding"),
  /** The frame size is not positive, or more than {@code max-frame-pixels}. */
  BAD_DIMENSIONS("bad-dimensions"),
  /** The bytes of a raw frame, or the size that a JPEG states, don't fit the batch's frame size. */
  SIZE_MISMATCH("size-mismatch"),
  /** A JPEG that is truncated or otherwise damaged. */
  DAMAGED_FRAME("damaged-frame"),
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
  TOWER_ERROR("tower-error"),
  /** The stream's features have no topic of their own, and none may be made. */
  NO_TOPIC("no-topic");

  private final String label;

  FaultReason(String label) {
    this.label = label;
  }

  /** Kebab-case name, stable over versions. */
  public String label() {
    return label;
  }
}
