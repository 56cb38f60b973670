package io.s2stream.processor.fault;

import org.jspecify.annotations.Nullable;

/**
 * One frame batch can never be processed, whatever is retried; others are unharmed. It goes to the
 * dead-letter topic. Every other exception is trouble of the service and must stop the task
 * instead, so that the frames are read again.
 */
public final class FrameFaultException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final FaultReason reason;

  public FrameFaultException(FaultReason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public FrameFaultException(FaultReason reason, String message) {
    this(reason, message, null);
  }

  public FaultReason reason() {
    return reason;
  }
}
