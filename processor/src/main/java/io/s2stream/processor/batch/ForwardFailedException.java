package io.s2stream.processor.batch;

/**
 * The forward fails on frames it should not fail on: the device or the model is in trouble, no
 * frame is to blame.
 */
public final class ForwardFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ForwardFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
