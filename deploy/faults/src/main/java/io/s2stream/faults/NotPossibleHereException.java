package io.s2stream.faults;

/** A case that this machine or user can't carry through; says what it needs. */
public final class NotPossibleHereException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public NotPossibleHereException(String message) {
    super(message);
  }
}
