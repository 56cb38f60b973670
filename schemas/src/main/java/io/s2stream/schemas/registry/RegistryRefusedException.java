package io.s2stream.schemas.registry;

/**
 * The registry answered and refused (credentials, incompatible or invalid schema, wrong address).
 * Retrying does not help; the message says what to change.
 */
public final class RegistryRefusedException extends RegistryException {
  private static final long serialVersionUID = 1L;

  private final int httpStatus;

  /**
   * @param httpStatus the registry's answer, for example 409 for an incompatible schema
   */
  public RegistryRefusedException(String message, int httpStatus) {
    super(message, null);
    this.httpStatus = httpStatus;
  }

  /** The HTTP status of the refusal. */
  public int httpStatus() {
    return httpStatus;
  }
}
