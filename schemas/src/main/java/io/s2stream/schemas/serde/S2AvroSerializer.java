package io.s2stream.schemas.serde;

import java.io.IOException;
import java.util.Map;

import io.s2stream.schemas.registry.BoundedCache;
import io.s2stream.schemas.registry.SchemaRegistry;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes generated Avro records in Confluent's wire format, with one copy of the payload into an
 * array of the exact size; {@link #inPlace} spares that too, {@link #reusing} the array.
 *
 * <p>Keys, beside the registry's (see {@link SchemaRegistry#configured}):
 *
 * <ul>
 *   <li>{@code auto.register.schemas} (default true); false: the schema must be registered under
 *       the subject already
 *   <li>{@code use.latest.version} (default false): with {@code auto.register.schemas=false}, write
 *       under the id of the subject's latest schema, whatever its documentation says; records must
 *       lie the same
 *   <li>{@code value.subject.name.strategy}, {@code key.subject.name.strategy}: {@code
 *       TopicNameStrategy} (default), {@code RecordNameStrategy} or {@code TopicRecordNameStrategy}
 * </ul>
 *
 * <p>Throws {@link SerializationException} for a record that can't be encoded, and the registry's
 * exceptions as they are. Thread-safe once configured; the record must not change meanwhile.
 */
public final class S2AvroSerializer implements Serializer<SpecificRecord> {
  private @Nullable SchemaRegistry registry;
  private @Nullable SchemaIds ids;
  private boolean inPlace;
  private @Nullable ThreadLocal<byte[]> lastMessage;
  private final BoundedCache<Schema, Written> written = new BoundedCache<>(100);

  /** For Kafka clients, which call {@link #configure} next. */
  public S2AvroSerializer() {}

  /** Registers in this registry, whatever URL is configured; usable at once for values. */
  public S2AvroSerializer(SchemaRegistry registry) {
    this.registry = registry;
    this.ids = new SchemaIds(registry, Map.of(), false);
  }

  /**
   * From now on a payload that has its buffer from a {@link PayloadRoom} is not copied: the message
   * is written around it, in the buffer's own array, which then belongs to the message. So such a
   * record can't be serialized again while that message is in use. Call before the first record.
   */
  public S2AvroSerializer inPlace() {
    inPlace = true;
    return this;
  }

  /**
   * From now on a thread's message lies in the array of its last one if that is as long, which
   * those of raw frames are, but for a few. So it is gone with the thread's next record: for a
   * producer, which copies it before it takes that. Each thread keeps one array. Call before the
   * first record.
   */
  public S2AvroSerializer reusing() {
    lastMessage = new ThreadLocal<>();
    return this;
  }

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    SchemaRegistry schemas = registry == null ? SchemaRegistry.configured(configs) : registry;
    ids = new SchemaIds(schemas, configs, isKey);
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
      GatheringEncoder encoder = new GatheringEncoder(id);
      type.writer().write(data, encoder);
      return message(encoder);
    } catch (IOException | RuntimeException e) {
      throw new SerializationException(
          "A " + type.registered().getFullName() + " for topic " + topic + " can't be encoded", e);
    }
  }

  private byte[] message(GatheringEncoder encoder) {
    if (inPlace) {
      return encoder.messageInPlace();
    }
    if (lastMessage == null) {
      return encoder.message();
    }
    byte[] message = encoder.messageIn(lastMessage.get());
    lastMessage.set(message);
    return message;
  }

  private int id(String topic, Written type) {
    SchemaIds configured = ids;
    if (configured == null) {
      throw new IllegalStateException("Call configure(configs, isKey) first");
    }
    return configured.of(topic, type.registered());
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
