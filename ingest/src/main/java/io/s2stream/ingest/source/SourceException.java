package io.s2stream.ingest.source;

/**
 * A source can't be opened or read on. The message names the source without its credentials, says
 * what was wrong and what to do; it is meant for the operator.
 */
public final class SourceException extends Exception {

  private static final long serialVersionUID = 1L;

  /** What went wrong, for those who decide whether to try again. */
  public enum Reason {
    /** No such file, or it may not be read; also where a server says so. */
    MISSING,
    /** libav does not recognise it as media. */
    NOT_MEDIA,
    /** Media without a video stream. */
    NO_VIDEO,
    /** A video stream no decoder of this build handles, or pictures that can't be converted. */
    UNSUPPORTED,
    /** Nothing of it could be decoded, or it is damaged beyond recognition. */
    DAMAGED,
    /** libav knows no such option here; trying again can't help. */
    UNKNOWN_OPTION,
    /** A library of the system that libav needs; trying again can't help. */
    MISSING_LIBRARY,
    /** Reading or connecting failed. */
    IO,
    /** Nothing arrived for the stall timeout. */
    STALLED,
    /** The reader's {@link Cancellation} was cancelled. */
    CANCELLED
  }

  private final Reason reason;

  public SourceException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  SourceException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  /** Returns the same with an end to its message: what was done about it. */
  public SourceException with(String note) {
    return new SourceException(reason, getMessage() + note, this);
  }
}
