package io.s2stream.schemas.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import org.apache.avro.Schema;

/**
 * A registry in this JVM's memory, for tests: {@code schema.registry.url: mock://scope}. Does not
 * check compatibility.
 */
public final class MemorySchemaRegistry implements SchemaRegistry {
  /**
   * The one piece of static state here: a serializer and a deserializer are made by Kafka clients
   * from nothing but their configuration, so the scope's name is all they have in common.
   * Confluent's serdes share their mock registries in the same way.
   */
  private static final ConcurrentMap<String, MemorySchemaRegistry> SCOPES =
      new ConcurrentHashMap<>();

  private final String name;
  private final List<Schema> schemasById = new ArrayList<>();
  private final Map<String, Set<Schema>> subjects = new HashMap<>();

  /** Makes a registry of its own, shared with nobody. */
  public MemorySchemaRegistry() {
    this("memory");
  }

  private MemorySchemaRegistry(String name) {
    this.name = name;
  }

  /** Returns the registry that everyone in this JVM gets for {@code mock://scope}. */
  public static MemorySchemaRegistry ofScope(String scope) {
    return SCOPES.computeIfAbsent(scope, s -> new MemorySchemaRegistry("mock://" + s));
  }

  /** Forgets a scope; clients that have its registry already keep it. */
  public static void dropScope(String scope) {
    SCOPES.remove(scope);
  }

  @Override
  public synchronized int register(String subject, Schema schema) {
    subjects.computeIfAbsent(subject, s -> new LinkedHashSet<>()).add(schema);
    int known = schemasById.indexOf(schema);
    if (known >= 0) {
      return known + 1;
    }
    schemasById.add(schema);
    return schemasById.size();
  }

  @Override
  public synchronized int lookup(String subject, Schema schema) {
    if (!subjects.getOrDefault(subject, Set.of()).contains(schema)) {
      throw new SchemaNotFoundException(
          "Schema "
              + schema.getFullName()
              + " is not registered under subject "
              + subject
              + " in "
              + name);
    }
    return schemasById.indexOf(schema) + 1;
  }

  @Override
  public synchronized RegisteredSchema latest(String subject) {
    return subjects.getOrDefault(subject, Set.of()).stream()
        .reduce((earlier, later) -> later)
        .map(schema -> new RegisteredSchema(schemasById.indexOf(schema) + 1, schema))
        .orElseThrow(
            () -> new SchemaNotFoundException("Subject " + subject + " is not in " + name));
  }

  @Override
  public synchronized Schema schema(int id) {
    if (id < 1 || id > schemasById.size()) {
      throw new SchemaNotFoundException("No schema with id " + id + " in " + name);
    }
    return schemasById.get(id - 1);
  }
}
