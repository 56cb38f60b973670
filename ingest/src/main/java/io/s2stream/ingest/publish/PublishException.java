package io.s2stream.ingest.publish;

import org.jspecify.annotations.Nullable;

/** A record of a stream could not be sent, so that the stream must not go on as if it were. */
public final class PublishException extends Exception {

  private static final long serialVersionUID = 1L;

  PublishException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
