package io.s2stream.ingest;

import org.jspecify.annotations.Nullable;

/**
 * What one stream is doing, at one moment.
 *
 * @param live whether the source has no end of its own; of some URLs only known once opened: false
 *     until then
 * @param framesDecoded frames that left the decoder
 * @param framesDropped decoded frames without a time at the start of a live source, not counted in
 *     framesDecoded
 * @param framesSampled frames chosen to be published
 * @param framesAcknowledged frames the broker has confirmed
 * @param framesOverrun sampled frames of a live stream that were dropped, as the broker was slower
 *     than the camera or refused them
 * @param decodeErrors packets that could not be read or decoded, and frames marked as damaged
 * @param endedEarly whether a file ended well before its declared length: it is probably truncated
 * @param progress how much of a file is decoded, 0 to 1; NaN for live sources and unknown lengths
 * @param error why the stream failed, or the latest loss of its source; null if all is well
 */
public record StreamStatus(
    String streamId,
    State state,
    boolean live,
    long framesDecoded,
    long framesDropped,
    long framesSampled,
    long framesAcknowledged,
    long framesOverrun,
    long decodeErrors,
    boolean endedEarly,
    double progress,
    @Nullable String error) {

  /** Where a stream is in its life. */
  public enum State {
    /** Being opened for the first time. */
    STARTING,
    /** Reading, or waiting to be opened again. */
    RUNNING,
    /** Read to its end, acknowledged, and marked as ended. */
    FINISHED,
    /** Told to stop before its end, which a live source doesn't have; no end mark was sent. */
    STOPPED,
    /** Given up; see {@link StreamStatus#error}. */
    FAILED
  }
}
