package io.s2stream.processor.tower;

/**
 * A model directory that can't be used; the message says what is wrong with which file and what to
 * do.
 */
public final class TowerLoadException extends Exception {
  private static final long serialVersionUID = 1L;

  public TowerLoadException(String message) {
    super(message);
  }

  public TowerLoadException(String message, Throwable cause) {
    super(message, cause);
  }
}
