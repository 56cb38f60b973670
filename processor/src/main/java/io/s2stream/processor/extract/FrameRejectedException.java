package io.s2stream.processor.extract;

/**
 * A frame that can never be processed with the present options; retrying doesn't help, other frames
 * are unharmed.
 */
public final class FrameRejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  public FrameRejectedException(String message) {
    super(message);
  }
}
