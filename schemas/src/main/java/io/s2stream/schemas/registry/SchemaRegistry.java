package io.s2stream.schemas.registry;

import java.time.Duration;
import java.util.Map;

import org.apache.avro.Schema;

/**
 * Gives Avro schemas ids that fit into a message, and finds them again.
 *
 * <p>All methods may block on the network. Implementations are thread-safe and hold nothing that
 * must be closed.
 *
 * <p>Every method throws {@link RegistryUnavailableException} when no registry answered, {@link
 * SchemaNotFoundException} when it answered that there is no such schema or subject, and {@link
 * RegistryRefusedException} when it refused for any other reason.
 */
public interface SchemaRegistry {
  /** Between two questions for an id that the registry said it doesn't know. */
  Duration RECHECK_PAUSE = Duration.ofMillis(500);

  /**
   * Registers a schema under a subject unless it is there already.
   *
   * @param subject for example {@code s2.frames-value}
   * @return the schema's id, the same each time
   */
  int register(String subject, Schema schema);

  /**
   * Finds the id of a schema that is registered under a subject already.
   *
   * @throws SchemaNotFoundException if it is not
   */
  int lookup(String subject, Schema schema);

  /**
   * Returns the schema with this id.
   *
   * @throws SchemaNotFoundException if the registry knows no such id
   * @throws UnusableSchemaException if it is no Avro schema
   */
  Schema schema(int id);

  /**
   * Makes the registry that a Kafka client's configuration names, behind a bounded cache: {@code
   * mock://scope} is a {@link MemorySchemaRegistry}, anything else a {@link RestSchemaRegistry}.
   * Nothing is connected yet.
   *
   * @param configs a client's configuration; see {@link RegistrySettings} for the keys
   * @throws org.apache.kafka.common.config.ConfigException if a key is missing or has a wrong value
   */
  static SchemaRegistry configured(Map<String, ?> configs) {
    RegistrySettings settings = RegistrySettings.from(configs);
    SchemaRegistry registry =
        settings
            .mockScope()
            .<SchemaRegistry>map(MemorySchemaRegistry::ofScope)
            .orElseGet(
                () -> new CautiousSchemaRegistry(new RestSchemaRegistry(settings), RECHECK_PAUSE));
    return new CachingSchemaRegistry(registry, CachingSchemaRegistry.DEFAULT_MAX_ENTRIES);
  }
}
