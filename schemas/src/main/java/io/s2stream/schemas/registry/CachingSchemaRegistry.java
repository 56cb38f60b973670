package io.s2stream.schemas.registry;

import org.apache.avro.Schema;

/**
 * Remembers answers of another registry; errors are asked for again. Answers never change once
 * given, but for the latest version of a subject: as in Confluent's clients, the one found first is
 * used until the end.
 */
public final class CachingSchemaRegistry implements SchemaRegistry {
  /** Enough for any real set of topics; a bound, so that hostile ids can't fill the heap. */
  public static final int DEFAULT_MAX_ENTRIES = 1_000;

  private final SchemaRegistry registry;
  private final BoundedCache<SubjectSchema, Integer> registered;
  private final BoundedCache<SubjectSchema, Integer> found;
  private final BoundedCache<Integer, Schema> schemas;
  private final BoundedCache<String, RegisteredSchema> latest;

  /**
   * @param maxEntries bound of each of the caches (registered, looked up, by id, latest)
   */
  public CachingSchemaRegistry(SchemaRegistry registry, int maxEntries) {
    this.registry = registry;
    this.registered = new BoundedCache<>(maxEntries);
    this.found = new BoundedCache<>(maxEntries);
    this.schemas = new BoundedCache<>(maxEntries);
    this.latest = new BoundedCache<>(maxEntries);
  }

  @Override
  public int register(String subject, Schema schema) {
    return registered.get(
        new SubjectSchema(subject, schema), key -> registry.register(key.subject(), key.schema()));
  }

  @Override
  public int lookup(String subject, Schema schema) {
    return found.get(
        new SubjectSchema(subject, schema), key -> registry.lookup(key.subject(), key.schema()));
  }

  @Override
  public RegisteredSchema latest(String subject) {
    return latest.get(subject, registry::latest);
  }

  @Override
  public Schema schema(int id) {
    return schemas.get(id, registry::schema);
  }

  /** Avro schemas keep their hash and compare by identity first: cheap as a key per record. */
  private record SubjectSchema(String subject, Schema schema) {}
}
