package io.s2stream.schemas.registry;

/** The registry has a schema with this id, but it is no Avro schema. */
public final class UnusableSchemaException extends RegistryException {
  private static final long serialVersionUID = 1L;

  public UnusableSchemaException(String message) {
    super(message, null);
  }
}
