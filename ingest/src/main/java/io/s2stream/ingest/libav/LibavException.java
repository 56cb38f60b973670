package io.s2stream.ingest.libav;

/** A call into libav failed; {@link #code()} is its AVERROR code. */
public final class LibavException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int code;

  public LibavException(String what, int code) {
    super(what + ": " + Libav.errorText(code) + " (" + code + ")");
    this.code = code;
  }

  /** Returns the AVERROR code, a negative number. */
  public int code() {
    return code;
  }
}
