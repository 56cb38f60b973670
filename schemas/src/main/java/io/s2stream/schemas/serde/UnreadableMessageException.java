package io.s2stream.schemas.serde;

import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** A message that can never be read, whatever is retried: the data is wrong, not the service. */
public final class UnreadableMessageException extends SerializationException {
  private static final long serialVersionUID = 1L;

  /** In which way a message is wrong. */
  public enum Problem {
    /** It doesn't begin with the byte 0 and a schema id. */
    WRONG_MAGIC,
    /** It names a schema that the registry doesn't have. */
    UNKNOWN_SCHEMA,
    /** Its schema is of another record, or can't be read with this version's. */
    SCHEMA_MISMATCH,
    /** What follows the schema id is not a record of that schema. */
    DAMAGED
  }

  private final Problem problem;

  UnreadableMessageException(Problem problem, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}
