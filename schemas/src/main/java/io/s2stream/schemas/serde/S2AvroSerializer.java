package io.s2stream.schemas.serde;

import java.io.IOException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Map;

import io.s2stream.schemas.registry.BoundedCache;
import io.s2stream.schemas.registry.SchemaNotFoundException;
import io.s2stream.schemas.registry.SchemaRegistry;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes generated Avro records in Confluent's wire format, with one copy of the payload into an
 * array of the exact size.
 *
 * <p>Keys, beside the registry's (see {@link SchemaRegistry#configured}): {@code
 * auto.register.schemas} (default true; false: the schema must be registered under the subject
 * already). The subject is {@code <topic>-value}, or {@code <topic>-key}.
 *
 * <p>Throws {@link SerializationException} for a record that can't be encoded, and the registry's
 * exceptions as they are. Thread-safe once configured; the record must not change meanwhile.
 */
public final class S2AvroSerializer implements Serializer<SpecificRecord> {
  private static final String AUTO_REGISTER = "auto.register.schemas";
  private static final String USE_LATEST = "use.latest.version";
  private static final int MAX_ARRAY_BYTES = Integer.MAX_VALUE - 8;
  private static final Logger LOG = LoggerFactory.getLogger(S2AvroSerializer.class);

  private @Nullable SchemaRegistry registry;
  private boolean isKey;
  private boolean autoRegister = true;
  private final BoundedCache<Schema, Written> written = new BoundedCache<>(100);

  /** For Kafka clients, which call {@link #configure} next. */
  public S2AvroSerializer() {}

  /** Registers in this registry, whatever URL is configured; usable at once for values. */
  public S2AvroSerializer(SchemaRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    this.isKey = isKey;
    this.autoRegister = flag(configs, AUTO_REGISTER, true);
    if (flag(configs, USE_LATEST, false)) {
      LOG.warn(
          "{}=true has no effect here: records are written with the schema of this version",
          USE_LATEST);
    }
    if (registry == null) {
      registry = SchemaRegistry.configured(configs);
    }
  }

  @Override
  @SuppressWarnings("NullAway") // Kafka's interface knows no nullness: null stands for a tombstone
  public byte[] serialize(String topic, @Nullable SpecificRecord data) {
    return data == null ? null : encode(topic, data);
  }

  /**
   * Gets the schema's id now instead of with the first record: what the registry has against it
   * shows at once, and the registry isn't needed later.
   */
  public void prepare(String topic, Schema schema) {
    int unused = id(topic, written.get(schema, Written::of));
  }

  private byte[] encode(String topic, SpecificRecord data) {
    Written type = written.get(data.getSchema(), Written::of);
    int id = id(topic, type);
    try {
      return encode(id, encoder -> type.writer().write(data, encoder));
    } catch (IOException | RuntimeException e) {
      throw new SerializationException(
          "A " + type.registered().getFullName() + " for topic " + topic + " can't be encoded", e);
    }
  }

  private int id(String topic, Written type) {
    SchemaRegistry schemas = registry;
    if (schemas == null) {
      throw new IllegalStateException("Call configure(configs, isKey) first");
    }
    String subject = WireFormat.subject(topic, isKey);
    return autoRegister
        ? schemas.register(subject, type.registered())
        : lookup(schemas, subject, type.registered());
  }

  private static int lookup(SchemaRegistry schemas, String subject, Schema schema) {
    try {
      return schemas.lookup(subject, schema);
    } catch (SchemaNotFoundException e) {
      throw new SchemaNotFoundException(
          e.getMessage() + ". Register it first, or set " + AUTO_REGISTER + "=true");
    }
  }

  private static byte[] encode(int id, ExactEncoder.RecordWriter record) throws IOException {
    long size = WireFormat.HEADER_BYTES + ExactEncoder.size(record);
    if (size > MAX_ARRAY_BYTES) {
      throw new SerializationException(
          "The record needs " + size + " bytes, but a message holds at most " + MAX_ARRAY_BYTES);
    }
    ByteBuffer message = ByteBuffer.allocate((int) size);
    message.put(WireFormat.MAGIC).putInt(id);
    try {
      ExactEncoder.write(record, message);
    } catch (BufferOverflowException e) {
      throw changed(e);
    }
    if (message.hasRemaining()) {
      throw changed(null);
    }
    return message.array();
  }

  private static SerializationException changed(@Nullable Throwable cause) {
    return new SerializationException(
        "The record changed while it was being encoded: leave it alone after sending it", cause);
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

  /** What is needed again for each record of one type. */
  private record Written(Schema registered, DatumWriter<SpecificRecord> writer) {
    static Written of(Schema schema) {
      return new Written(
          ContractSchemas.withoutJavaProperties(schema),
          new SpecificDatumWriter<>(schema, new ContractData()));
    }
  }
}
