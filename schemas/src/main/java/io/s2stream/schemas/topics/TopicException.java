package io.s2stream.schemas.topics;

import org.jspecify.annotations.Nullable;

/** A topic that can't be used as it is; the message says why and with which command to mend it. */
public final class TopicException extends Exception {
  private static final long serialVersionUID = 1L;

  public TopicException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
