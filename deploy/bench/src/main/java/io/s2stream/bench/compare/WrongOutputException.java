package io.s2stream.bench.compare;

/** What was measured did not do the work it was measured for: its time means nothing. */
final class WrongOutputException extends Exception {
  private static final long serialVersionUID = 1L;

  WrongOutputException(String message) {
    super(message);
  }
}
