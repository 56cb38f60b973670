package io.s2stream.processor.s2;

/**
 * A forward that can't work with the device's memory however few tiles the tower takes at once;
 * trying again helps only if somebody else gives memory back.
 */
public final class OutOfDeviceMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public OutOfDeviceMemoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
