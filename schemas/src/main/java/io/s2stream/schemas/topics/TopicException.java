package io.s2stream.schemas.topics;

import org.jspecify.annotations.Nullable;

/** A topic that can't be used as it is; the message says why and with which command to mend it. */
public final class TopicException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean unreachable;

  private TopicException(String message, @Nullable Throwable cause, boolean unreachable) {
    super(message, cause);
    this.unreachable = unreachable;
  }

  /** The brokers answered, and what they said won't change by itself. */
  public TopicException(String message, @Nullable Throwable cause) {
    this(message, cause, false);
  }

  /** The brokers gave no answer, which may change by itself. */
  static TopicException unreachable(String message, @Nullable Throwable cause) {
    return new TopicException(message, cause, true);
  }

  /** Whether waiting may help: no broker could be asked. Otherwise somebody has to act. */
  public boolean isUnreachable() {
    return unreachable;
  }
}
