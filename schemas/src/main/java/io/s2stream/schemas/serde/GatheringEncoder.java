package io.s2stream.schemas.serde;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import org.apache.avro.io.DirectBinaryEncoder;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Encodes a record into an array of its exact size, with one copy of each payload: small fields go
 * into a small buffer, large {@code bytes} are only noted, and then all is put together. Used once,
 * by one thread; payloads must not change before {@link #message}.
 */
final class GatheringEncoder extends DirectBinaryEncoder {
  private static final int MAX_ARRAY_BYTES = Integer.MAX_VALUE - 8;

  /** Noting is not worth it for less. */
  private static final int LARGE_BYTES = 1 << 10;

  /**
   * A payload that is not in the small buffer.
   *
   * @param after number of bytes in the small buffer before it
   * @param at where it starts in the message
   */
  private record Payload(ByteBuffer bytes, int after, int at) {}

  private final ByteArrayOutputStream small;
  private final List<Payload> payloads = new ArrayList<>();
  private long payloadBytes;

  /** Starts with the wire format's header. */
  GatheringEncoder(int schemaId) {
    this(new ByteArrayOutputStream(512));
    small.writeBytes(
        ByteBuffer.allocate(WireFormat.HEADER_BYTES)
            .put(WireFormat.MAGIC)
            .putInt(schemaId)
            .array());
  }

  private GatheringEncoder(ByteArrayOutputStream small) {
    super(small);
    this.small = small;
  }

  /** Called by Avro for {@code bytes}, after their length. */
  @Override
  public void writeFixed(ByteBuffer bytes) throws IOException {
    if (bytes.remaining() < LARGE_BYTES) {
      super.writeFixed(bytes.duplicate());
      return;
    }
    long at = small.size() + payloadBytes;
    payloadBytes += bytes.remaining();
    checkSize();
    payloads.add(new Payload(bytes.duplicate(), small.size(), (int) at));
  }

  private void checkSize() {
    long size = small.size() + payloadBytes;
    if (size > MAX_ARRAY_BYTES) {
      throw new SerializationException(
          "The record needs " + size + " bytes or more, a message holds " + MAX_ARRAY_BYTES);
    }
  }

  /** The whole message. */
  byte[] message() {
    checkSize();
    int size = (int) (small.size() + payloadBytes);
    Payload largest =
        payloads.stream()
            .filter(payload -> payload.bytes().hasArray())
            .max(Comparator.comparingInt(payload -> payload.bytes().remaining()))
            .orElse(null);
    byte[] message = largest == null ? new byte[size] : with(largest, size);
    byte[] fields = small.toByteArray();
    int copied = 0;
    int at = 0;
    for (Payload payload : payloads) {
      System.arraycopy(fields, copied, message, at, payload.after() - copied);
      copied = payload.after();
      if (payload != largest) {
        payload
            .bytes()
            .get(payload.bytes().position(), message, payload.at(), payload.bytes().remaining());
      }
      at = payload.at() + payload.bytes().remaining();
    }
    System.arraycopy(fields, copied, message, at, fields.length - copied);
    return message;
  }

  /**
   * A new array with the largest payload in its place. Allocation and copy stand together, so that
   * the compiler leaves out the zeroing of what the copy covers: a quarter of the time for large
   * records.
   */
  private static byte[] with(Payload payload, int size) {
    byte[] source = payload.bytes().array();
    int from = payload.bytes().arrayOffset() + payload.bytes().position();
    int at = payload.at();
    int length = payload.bytes().remaining();
    byte[] message = new byte[size];
    System.arraycopy(source, from, message, at, length);
    return message;
  }
}
