package io.s2stream.ingest.source;

/** Whether a source is live: without an end of its own, so that reaching one means it was lost. */
public enum LiveMode {
  /** By its scheme, else if it is not a file and neither its length nor its size is known. */
  AUTO,
  TRUE,
  FALSE;

  /** Returns what is known before the source was opened. */
  public boolean isLiveBeforeOpening(SourceUri uri) {
    return this == TRUE || (this == AUTO && uri.isLiveScheme());
  }

  /**
   * @param bounded whether the opened source has a length in time or in bytes
   */
  boolean isLive(SourceUri uri, boolean bounded) {
    return isLiveBeforeOpening(uri) || (this == AUTO && uri.localPath().isEmpty() && !bounded);
  }
}
