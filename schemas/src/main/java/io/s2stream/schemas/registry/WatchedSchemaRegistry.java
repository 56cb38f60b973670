package io.s2stream.schemas.registry;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import io.s2stream.health.Outage;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Tells when another registry can't answer a question that a service needs answered, and when that
 * same question is answered again. Thread-safe.
 */
public final class WatchedSchemaRegistry implements SchemaRegistry {
  private final SchemaRegistry registry;
  private final Outage outage;
  private final AtomicReference<@Nullable Object> open = new AtomicReference<>();

  public WatchedSchemaRegistry(SchemaRegistry registry, Outage outage) {
    this.registry = registry;
    this.outage = outage;
  }

  @Override
  public int register(String subject, Schema schema) {
    return watched(subject, () -> registry.register(subject, schema));
  }

  @Override
  public int lookup(String subject, Schema schema) {
    return watched(subject, () -> registry.lookup(subject, schema));
  }

  @Override
  public Schema schema(int id) {
    return watched(id, () -> registry.schema(id));
  }

  private <T> T watched(Object question, Supplier<T> call) {
    try {
      T answer = call.get();
      answered(question);
      return answer;
    } catch (SchemaNotFoundException | UnusableSchemaException e) {
      answered(question);
      throw e;
    } catch (RegistryException e) {
      open.set(question);
      outage.lost(String.valueOf(e.getMessage()));
      throw e;
    }
  }

  private void answered(Object question) {
    if (question.equals(open.get())) {
      open.set(null);
      outage.over();
    }
  }
}
