package io.s2stream.schemas.serde;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

import com.sun.management.ThreadMXBean;
import io.s2stream.schemas.registry.MemorySchemaRegistry;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Whatever the bytes are: a record or a SerializationException, and memory in proportion. */
class DamagedMessageTest {
  private static final int BASE_ALLOCATION_BYTES = 500_000; // stack traces, classes loaded late

  /** An int of one byte becomes an object of 16 bytes and a reference in a growing list. */
  private static final int ALLOCATION_PER_BYTE = 64;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final MemorySchemaRegistry registry = new MemorySchemaRegistry();
  private final S2AvroSerializer serializer = new S2AvroSerializer(registry);
  private final S2AvroDeserializer<SpecificRecord> deserializer =
      new S2AvroDeserializer<>(registry);
  private final byte[] frames = message(Records.frameBatch(payload(24), payload(9)));
  private final byte[] features = message(Records.featureRecord(payload(64)));

  @Test
  void shouldThrowSerializationExceptionWhenTruncatedAnywhere() {
    for (byte[] whole : new byte[][] {frames, features}) {
      for (int length = 0; length < whole.length; length++) {
        byte[] part = Arrays.copyOf(whole, length);

        assertThatThrownBy(() -> read(part))
            .as("first %d of %d bytes", length, whole.length)
            .isInstanceOf(SerializationException.class);
      }
    }
  }

  @Test
  void shouldThrowSerializationExceptionWhenBytesFollowTheRecord() {
    assertThatThrownBy(() -> read(Arrays.copyOf(frames, frames.length + 2)))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("2 bytes too many");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void shouldReadOrThrowSerializationExceptionWhenBitsAreFlipped(long seed) {
    Random random = new Random(seed);
    int refused = 0;
    for (int i = 0; i < 10_000; i++) {
      byte[] damaged = (random.nextBoolean() ? frames : features).clone();
      for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      refused += readWithinBounds(damaged) ? 0 : 1;
    }
    assertThat(refused).as("the damage is real").isGreaterThan(500);
  }

  @Test
  void shouldReadOrThrowSerializationExceptionWhenTheRecordIsRandomBytes() {
    Random random = new Random(5);
    for (int i = 0; i < 10_000; i++) {
      byte[] message = new byte[5 + random.nextInt(80)];
      random.nextBytes(message);
      System.arraycopy(random.nextBoolean() ? frames : features, 0, message, 0, 5);
      readWithinBounds(message);
    }
  }

  @Test
  void shouldAllocateNextToNothingWhenALengthClaimsGigabytes() {
    // given: each place of a small record replaced by the varint of 2^31 - 9, 2^40, -1 and Long.MIN
    String[] varints = {"eeffffff0f", "808080808040", "01", "ffffffffffffffffff01"};
    for (String varint : varints) {
      byte[] number = HexFormat.of().parseHex(varint);
      for (int at = 5; at < frames.length; at++) {
        byte[] hostile = new byte[frames.length + number.length];
        System.arraycopy(frames, 0, hostile, 0, at);
        System.arraycopy(number, 0, hostile, at, number.length);
        System.arraycopy(frames, at, hostile, at + number.length, frames.length - at);

        // then
        readWithinBounds(hostile);
      }
    }
  }

  @Test
  void shouldThrowSerializationExceptionWhenALengthIsRightInItsLower32BitsOnly() {
    // given: 2^32 + 24 in place of 24
    byte[] pixels = Records.randomBytes(24, 9);
    byte[] message = message(Records.frameBatch(ByteBuffer.wrap(pixels)));
    int payloadAt = message.length - 2 - pixels.length; // end of array and end_of_stream follow
    assertThat(message[payloadAt - 1]).isEqualTo((byte) 48);
    ByteBuffer hostile = ByteBuffer.allocate(message.length + 4);
    hostile.put(message, 0, payloadAt - 1).put(HexFormat.of().parseHex("b080808020"));
    hostile.put(message, payloadAt, pixels.length + 2);

    // then
    assertThatThrownBy(() -> read(hostile.array()))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("doesn't fit its schema");
  }

  @Test
  void shouldNotPutThePayloadIntoMessagesWhenReadingFails() {
    byte[] secret = "PAYLOADPAYLOADPAYLOADPAY".getBytes(StandardCharsets.US_ASCII);
    byte[] message = message(Records.frameBatch(ByteBuffer.wrap(secret)));

    assertThatThrownBy(() -> read(Arrays.copyOf(message, message.length - 1)))
        .isInstanceOf(SerializationException.class)
        .satisfies(e -> assertThat(e.toString() + e.getCause()).doesNotContain("PAYLOAD"));
  }

  /** Whether it could be read; fails if anything but a SerializationException came out. */
  private boolean readWithinBounds(byte[] message) {
    long before = threads.getCurrentThreadAllocatedBytes();
    boolean read;
    try {
      read(message);
      read = true;
    } catch (SerializationException e) {
      read = false;
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated)
        .isLessThan(BASE_ALLOCATION_BYTES + (long) ALLOCATION_PER_BYTE * message.length);
    return read;
  }

  private void read(byte[] message) {
    assertThat(deserializer.deserialize("t", message)).isNotNull();
  }

  private byte[] message(SpecificRecord record) {
    return serializer.serialize("t", record);
  }

  private static ByteBuffer payload(int bytes) {
    return ByteBuffer.wrap(Records.randomBytes(bytes, bytes));
  }
}
