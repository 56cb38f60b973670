package io.s2stream.schemas.serde;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.apache.avro.io.BinaryData;
import org.apache.avro.io.BinaryEncoder;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * Encodes a record into an array of its exact size, with one copy of each payload, or none of one
 * that lies in such an array already: small fields go into a small array, large {@code bytes} are
 * only noted, and then all is put together. Used once, by one thread; payloads must not change
 * before {@link #message}.
 *
 * <p>The small array is written to directly, as what a stream in between costs for each of some
 * seventy bytes is half of what a record costs beside its payload.
 */
final class GatheringEncoder extends BinaryEncoder {
  private static final int MAX_ARRAY_BYTES = Integer.MAX_VALUE - 8;

  /** Room for the fields of a record with a few frames. */
  private static final int INITIAL_BYTES = 512;

  private static final int MAX_NUMBER_BYTES = 10;

  /** Noting is not worth it for less. */
  private static final int LARGE_BYTES = 1 << 10;

  /**
   * A payload that is not in the small array.
   *
   * @param after number of bytes in the small array before it
   * @param at where it starts in the message
   */
  private record Payload(ByteBuffer bytes, int after, int at) {
    int length() {
      return bytes.remaining();
    }

    boolean liesInMessageOf(int size) {
      return bytes.arrayOffset() + bytes.position() == at && bytes.array().length == size;
    }
  }

  private final List<Payload> payloads = new ArrayList<>(2);
  private byte[] small = new byte[INITIAL_BYTES];
  private int used;
  private long payloadBytes;
  private @Nullable Payload largestOnHeap;

  /** Starts with the wire format's header. */
  GatheringEncoder(int schemaId) {
    ByteBuffer.wrap(small).put(WireFormat.MAGIC).putInt(schemaId);
    used = WireFormat.HEADER_BYTES;
  }

  @Override
  public void writeBoolean(boolean value) {
    room(1);
    small[used++] = (byte) (value ? 1 : 0);
  }

  @Override
  public void writeInt(int value) {
    room(MAX_NUMBER_BYTES);
    used += BinaryData.encodeInt(value, small, used);
  }

  @Override
  public void writeLong(long value) {
    room(MAX_NUMBER_BYTES);
    used += BinaryData.encodeLong(value, small, used);
  }

  @Override
  public void writeFloat(float value) {
    room(Float.BYTES);
    used += BinaryData.encodeFloat(value, small, used);
  }

  @Override
  public void writeDouble(double value) {
    room(Double.BYTES);
    used += BinaryData.encodeDouble(value, small, used);
  }

  @Override
  protected void writeZero() {
    room(1);
    small[used++] = 0;
  }

  @Override
  public void writeFixed(byte[] bytes, int start, int length) {
    room(length);
    System.arraycopy(bytes, start, small, used, length);
    used += length;
  }

  /** Called by Avro for {@code bytes}, after their length. */
  @Override
  public void writeFixed(ByteBuffer bytes) throws IOException {
    int length = bytes.remaining();
    if (length < LARGE_BYTES) {
      super.writeFixed(bytes.duplicate());
      return;
    }
    Payload payload = new Payload(bytes.duplicate(), used, (int) (used + payloadBytes));
    payloadBytes += length;
    size();
    payloads.add(payload);
    if (bytes.hasArray() && (largestOnHeap == null || length > largestOnHeap.length())) {
      largestOnHeap = payload;
    }
  }

  private void room(int bytes) {
    if (small.length - used < bytes) {
      small = Arrays.copyOf(small, Math.max(2 * small.length, Math.addExact(used, bytes)));
    }
  }

  private int size() {
    long size = used + payloadBytes;
    if (size > MAX_ARRAY_BYTES) {
      throw new SerializationException(
          "The record needs " + size + " bytes or more, a message holds " + MAX_ARRAY_BYTES);
    }
    return (int) size;
  }

  @Override
  public int bytesBuffered() {
    return (int) Math.min(Integer.MAX_VALUE, used + payloadBytes);
  }

  /** Does nothing: {@link #message} puts all together. */
  @Override
  public void flush() {}

  /** The whole message, in an array of its own. */
  byte[] message() {
    Payload placed = largestOnHeap;
    return around(placed, placed == null ? new byte[size()] : with(placed, size()));
  }

  /** As {@link #message}, in the array of the largest payload if that has just the room for it. */
  byte[] messageInPlace() {
    Payload placed = largestOnHeap;
    return placed != null && placed.liesInMessageOf(size())
        ? around(placed, placed.bytes().array())
        : message();
  }

  /** As {@link #message}, in this array if it has just the size. */
  byte[] messageIn(byte @Nullable [] array) {
    return array != null && array.length == size() ? around(null, array) : message();
  }

  /** Writes all but one payload, which is in the message already. */
  private byte[] around(@Nullable Payload placed, byte[] message) {
    int copied = 0;
    int at = 0;
    for (Payload payload : payloads) {
      System.arraycopy(small, copied, message, at, payload.after() - copied);
      copied = payload.after();
      if (payload != placed) {
        payload.bytes().get(payload.bytes().position(), message, payload.at(), payload.length());
      }
      at = payload.at() + payload.length();
    }
    System.arraycopy(small, copied, message, at, used - copied);
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
    int length = payload.length();
    byte[] message = new byte[size];
    System.arraycopy(source, from, message, at, length);
    return message;
  }
}
