package io.s2stream.schemas.registry;

import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** A call to the schema registry failed; the subclasses say who must act. */
public abstract class RegistryException extends KafkaException {
  private static final long serialVersionUID = 1L;

  RegistryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
