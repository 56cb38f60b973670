package io.s2stream.schemas.registry;

import org.jspecify.annotations.Nullable;

/**
 * No registry gave a usable answer within the bounded retries. Says nothing about the record or the
 * schema: the same call may succeed later, so a record must not be thrown away because of it.
 */
public final class RegistryUnavailableException extends RegistryException {
  private static final long serialVersionUID = 1L;

  /**
   * @param cause the last attempt's error, null if it ended with an HTTP status
   */
  public RegistryUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
