package io.s2stream.bench.compare;

/** A comparison can't be made here; the message says what it needs. */
final class LeftOutException extends Exception {
  private static final long serialVersionUID = 1L;

  LeftOutException(String message) {
    super(message);
  }
}
