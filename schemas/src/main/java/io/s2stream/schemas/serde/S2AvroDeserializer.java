package io.s2stream.schemas.serde;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.stream.Collectors;

import io.s2stream.schemas.registry.BoundedCache;
import io.s2stream.schemas.registry.SchemaNotFoundException;
import io.s2stream.schemas.registry.SchemaRegistry;
import io.s2stream.schemas.registry.UnusableSchemaException;
import io.s2stream.schemas.serde.UnreadableMessageException.Problem;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads records in Confluent's wire format into the generated class of the same full name. The
 * writer's schema comes from the registry; differences from this version's are resolved by Avro.
 *
 * <p>{@code bytes} fields of the result are read-only views of the message's array: nothing is
 * copied, and a record that is kept keeps its message.
 *
 * <p>Whatever is wrong with the data itself (not this format, unknown schema id, a record of
 * another kind, truncated or damaged) is an {@link UnreadableMessageException}; memory used on the
 * way is bounded by the message's length. What is wrong with the registry is a {@link
 * io.s2stream.schemas.registry.RegistryException} and says nothing about the data. Thread-safe once
 * configured.
 *
 * @param <T> what the topic holds
 */
public final class S2AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {
  private final @Nullable Class<T> expected;
  private final BoundedCache<Integer, DatumReader<T>> readers = new BoundedCache<>(1_000);
  private final ContractData data = new ContractData();
  private @Nullable SchemaRegistry registry;

  /** For Kafka clients, which call {@link #configure} next; gives whatever record is found. */
  public S2AvroDeserializer() {
    this.expected = null;
  }

  /** Gives whatever record is found and asks this registry; usable at once. */
  public S2AvroDeserializer(SchemaRegistry registry) {
    this.expected = null;
    this.registry = registry;
  }

  /** Refuses records of other types; {@link #configure} comes next. */
  public S2AvroDeserializer(Class<T> expected) {
    this.expected = expected;
  }

  /** Refuses records of other types and asks this registry; usable at once. */
  public S2AvroDeserializer(Class<T> expected, SchemaRegistry registry) {
    this.expected = expected;
    this.registry = registry;
  }

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    if (registry == null) {
      registry = SchemaRegistry.configured(configs);
    }
  }

  @Override
  @SuppressWarnings("NullAway") // Kafka's interface knows no nullness: null stands for a tombstone
  public T deserialize(String topic, byte @Nullable [] message) {
    return message == null ? null : decode(topic, message, 0, message.length);
  }

  /**
   * Reads what remains of a buffer, without copying it first. Views in the result keep the whole of
   * the buffer's array: for messages that came alone.
   *
   * @param message backed by an array; left as it is
   */
  public T deserialize(String topic, ByteBuffer message) {
    return decode(
        topic, message.array(), message.arrayOffset() + message.position(), message.remaining());
  }

  private T decode(String topic, byte[] array, int start, int length) {
    if (length < WireFormat.HEADER_BYTES || array[start] != WireFormat.MAGIC) {
      throw new UnreadableMessageException(
          Problem.WRONG_MAGIC,
          "Message of "
              + length
              + " bytes in topic "
              + topic
              + " is not in Confluent's wire format; expected a byte 0, 4 bytes of schema id and"
              + " an Avro record: check what else writes to the topic",
          null);
    }
    int id = ByteBuffer.wrap(array).getInt(start + 1);
    DatumReader<T> reader = reader(topic, id);
    SliceDecoder decoder = new SliceDecoder(array, start + WireFormat.HEADER_BYTES, start + length);
    T record;
    try {
      record = reader.read(null, decoder);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // Avro reports damage in many ways, down to plain index errors and casts.
      throw damaged(topic, id, length, "doesn't fit its schema", e);
    }
    if (decoder.remainingBytes() > 0) {
      String surplus = "has " + decoder.remainingBytes() + " bytes too many";
      throw damaged(topic, id, length, surplus, null);
    }
    return record;
  }

  private DatumReader<T> reader(String topic, int id) {
    SchemaRegistry schemas = registry;
    if (schemas == null) {
      throw new IllegalStateException("Call configure(configs, isKey) before deserialize");
    }
    try {
      return readers.get(id, i -> reader(topic, i, schemas.schema(i)));
    } catch (UnusableSchemaException e) {
      throw mismatch(topic, id, String.valueOf(e.getMessage()), e);
    } catch (SchemaNotFoundException e) {
      throw new UnreadableMessageException(
          Problem.UNKNOWN_SCHEMA,
          "Message in topic "
              + topic
              + " names schema id "
              + id
              + ", which the registry doesn't have: it is damaged, or was written with another"
              + " registry",
          e);
    }
  }

  private DatumReader<T> reader(String topic, int id, Schema writer) {
    String found = writer.getType() == Schema.Type.RECORD ? writer.getFullName() : writer.getName();
    @Nullable Schema reader = ContractSchemas.reader(found).orElse(null);
    if (reader == null || (expected != null && !found.equals(expected.getName()))) {
      throw mismatch(
          topic,
          id,
          "it is a "
              + found
              + "; expected "
              + (expected == null ? "one of " + ContractSchemas.names() : expected.getName()),
          null);
    }
    SchemaCompatibility.SchemaPairCompatibility match =
        SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
    if (match.getType() != SchemaCompatibilityType.COMPATIBLE) {
      String where =
          match.getResult().getIncompatibilities().stream()
              .limit(3)
              .map(i -> i.getType() + " at " + i.getLocation())
              .collect(Collectors.joining(", "));
      throw mismatch(
          topic, id, "this version of " + found + " can't be read from it: " + where, null);
    }
    return new SpecificDatumReader<>(writer, reader, data);
  }

  private static UnreadableMessageException mismatch(
      String topic, int id, String problem, @Nullable Throwable cause) {
    return new UnreadableMessageException(
        Problem.SCHEMA_MISMATCH,
        "Message in topic " + topic + " (schema id " + id + ") has another schema: " + problem,
        cause);
  }

  private static UnreadableMessageException damaged(
      String topic, int id, int bytes, String problem, @Nullable Throwable cause) {
    return new UnreadableMessageException(
        Problem.DAMAGED,
        "Message of "
            + bytes
            + " bytes in topic "
            + topic
            + " (schema id "
            + id
            + ") is damaged: it "
            + problem,
        cause);
  }
}
