package io.s2stream.cli.numpy;

/** A file that isn't a NumPy array we can read; the message says why and what to do. */
public final class NpyFormatException extends Exception {
  private static final long serialVersionUID = 1L;

  NpyFormatException(String message) {
    super(message);
  }
}
