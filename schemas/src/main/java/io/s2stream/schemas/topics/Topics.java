package io.s2stream.schemas.topics;

/** Default names of the topics; every message's key is the stream id as UTF-8 text. */
public final class Topics {
  /** Frame batches, from ingest to the processor. */
  public static final String FRAMES = "s2.frames";

  /** Where each stream's frames ended, of ingest for itself; compacted. */
  public static final String PLACES = "s2.frames.places";

  /** Feature records, from the processor to subscribers. */
  public static final String FEATURES = "s2.features";

  /**
   * Messages of the frames topic that could not be processed, whole, with the reason in headers.
   */
  public static final String DEAD_LETTERS = "s2.frames.dlq";

  private Topics() {}
}
