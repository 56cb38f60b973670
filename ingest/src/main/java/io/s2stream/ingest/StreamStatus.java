package io.s2stream.ingest;

import org.jspecify.annotations.Nullable;

/**
 * What one stream is doing, at one moment.
 *
 * @param live whether the source has no end of its own; false until it was opened
 * @param framesDecoded frames that left the decoder
 * @param framesSampled frames chosen to be published
 * @param framesAcknowledged frames the broker has confirmed
 * @param progress how much of a file is decoded, 0 to 1; NaN for live sources and unknown lengths
 * @param error why the stream failed, or a live source's latest loss; null if all is well
 */
public record StreamStatus(
    String streamId,
    State state,
    boolean live,
    long framesDecoded,
    long framesSampled,
    long framesAcknowledged,
    double progress,
    @Nullable String error) {

  /** Where a stream is in its life. */
  public enum State {
    /** Being opened for the first time. */
    STARTING,
    /** Reading, or (live) waiting to be opened again. */
    RUNNING,
    /** Read to its end and acknowledged, or closed. */
    FINISHED,
    /** Given up; see {@link StreamStatus#error}. */
    FAILED
  }
}
