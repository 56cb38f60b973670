package io.s2stream.schemas.registry;

/**
 * The registry answered that it has no schema with this id, or not this schema under this subject.
 */
public final class SchemaNotFoundException extends RegistryException {
  private static final long serialVersionUID = 1L;

  public SchemaNotFoundException(String message) {
    super(message, null);
  }
}
