package io.s2stream.ingest.source;

/**
 * Ends whatever blocks in the readers that were opened with it, once and for all. Thread-safe;
 * holds no resources.
 */
public final class Cancellation {

  private volatile boolean cancelled;

  /** Makes blocking reads and openings end soon, with {@link SourceException.Reason#CANCELLED}. */
  public void cancel() {
    cancelled = true;
  }

  public boolean isCancelled() {
    return cancelled;
  }
}
