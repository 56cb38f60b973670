package io.s2stream.schemas.serde;

import java.util.Map;

import io.s2stream.schemas.registry.RegisteredSchema;
import io.s2stream.schemas.registry.SchemaNotFoundException;
import io.s2stream.schemas.registry.SchemaRegistry;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * Which id a record is written under: by the topic, the record's schema and the settings. The
 * registry it is given should remember its answers. Thread-safe.
 */
final class SchemaIds {
  static final String AUTO_REGISTER = "auto.register.schemas";
  static final String USE_LATEST = "use.latest.version";

  private final SchemaRegistry registry;
  private final boolean isKey;
  private final SubjectStrategy subjects;
  private final boolean autoRegister;
  private final boolean useLatest;

  /**
   * @throws ConfigException if a setting has a wrong value
   */
  SchemaIds(SchemaRegistry registry, Map<String, ?> configs, boolean isKey) {
    this.registry = registry;
    this.isKey = isKey;
    this.subjects = SubjectStrategy.configured(configs, isKey);
    this.autoRegister = flag(configs, AUTO_REGISTER, true);
    this.useLatest = flag(configs, USE_LATEST, false);
  }

  /**
   * The id for records of this schema in this topic.
   *
   * @throws SchemaNotFoundException if the schema must be there already and isn't
   * @throws SerializationException if the subject's latest schema must be used and its records look
   *     different
   */
  int of(String topic, Schema schema) {
    String subject = subjects.subject(topic, isKey, schema.getFullName());
    if (autoRegister) {
      return registry.register(subject, schema);
    }
    if (useLatest) {
      return latest(subject, schema);
    }
    try {
      return registry.lookup(subject, schema);
    } catch (SchemaNotFoundException e) {
      throw new SchemaNotFoundException(
          e.getMessage() + ". Register it first, or set " + AUTO_REGISTER + "=true");
    }
  }

  /**
   * Somebody else registered the schema, perhaps with other documentation or another order of
   * attributes. Bytes stay what they are, so all that decides how they lie must be the same.
   */
  private int latest(String subject, Schema schema) {
    RegisteredSchema latest = registry.latest(subject);
    String theirs = SchemaNormalization.toParsingForm(latest.schema());
    if (!theirs.equals(SchemaNormalization.toParsingForm(schema))) {
      throw new SerializationException(
          "The latest schema of subject "
              + subject
              + " (id "
              + latest.id()
              + ") lays records out otherwise than this version's "
              + schema.getFullName()
              + ": set "
              + USE_LATEST
              + "=false to write with the version that is registered for it, or run the version"
              + " whose schema it is");
    }
    return latest.id();
  }

  private static boolean flag(Map<String, ?> configs, String key, boolean defaultValue) {
    @Nullable Object value = configs.get(key);
    if (value == null) {
      return defaultValue;
    }
    return switch (value.toString().trim()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new ConfigException(key + ": expected true or false, got " + value);
    };
  }
}
