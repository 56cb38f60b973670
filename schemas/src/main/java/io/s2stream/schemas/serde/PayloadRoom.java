package io.s2stream.schemas.serde;

import java.io.IOException;
import java.nio.ByteBuffer;

import org.apache.avro.Schema;
import org.apache.avro.io.BinaryData;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Makes buffers for the payload of records that lie where the message has the payload, so that a
 * serializer that writes {@link S2AvroSerializer#inPlace} copies none of it. Thread-safe.
 */
public final class PayloadRoom {
  private static final int MAX_NUMBER_BYTES = 10;

  private final DatumWriter<SpecificRecord> writer;

  /**
   * @param schema of records whose last field is the payload, of type {@code bytes}
   * @throws IllegalArgumentException when that is of another type
   */
  public PayloadRoom(Schema schema) {
    Schema.Field last = schema.getFields().get(schema.getFields().size() - 1);
    if (last.schema().getType() != Schema.Type.BYTES) {
      throw new IllegalArgumentException(
          "The last field of %s is %s, of type %s; expected bytes"
              .formatted(schema.getFullName(), last.name(), last.schema().getType()));
    }
    writer = new SpecificDatumWriter<>(schema, new ContractData());
  }

  /**
   * A buffer of zeros in the middle of an array that is just large enough for the whole message.
   *
   * @param record all but its payload, which is empty
   * @param bytes of the payload
   * @throws SerializationException when the record can't be encoded
   */
  public ByteBuffer allocate(SpecificRecord record, int bytes) {
    GatheringEncoder encoder = new GatheringEncoder(0);
    try {
      writer.write(record, encoder);
    } catch (IOException | RuntimeException e) {
      throw new SerializationException(
          "A " + record.getSchema().getFullName() + " can't be encoded", e);
    }
    // An empty payload is one byte, its length.
    int before =
        encoder.bytesBuffered() - 1 + BinaryData.encodeLong(bytes, new byte[MAX_NUMBER_BYTES], 0);
    return ByteBuffer.allocate(Math.addExact(before, bytes)).slice(before, bytes);
  }
}
