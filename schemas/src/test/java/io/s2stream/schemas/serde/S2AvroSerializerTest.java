package io.s2stream.schemas.serde;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import com.sun.management.ThreadMXBean;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.registry.MemorySchemaRegistry;
import io.s2stream.schemas.registry.SchemaNotFoundException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

import static java.util.concurrent.CompletableFuture.supplyAsync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class S2AvroSerializerTest {
  private final MemorySchemaRegistry registry = new MemorySchemaRegistry();
  private final S2AvroSerializer serializer = new S2AvroSerializer(registry);

  @Test
  void shouldWriteMagicIdAndWhatAvroItselfWritesWhenSerializing() throws IOException {
    // given
    registry.register("other", Schema.create(Schema.Type.STRING)); // so that the id is not 1
    FrameBatch batch = Records.frameBatch(ByteBuffer.wrap(Records.randomBytes(24, 1)));

    // when
    byte[] message = serializer.serialize("t", batch);

    // then
    assertThat(Arrays.copyOf(message, 5)).containsExactly(0, 0, 0, 0, 2);
    assertThat(Arrays.copyOfRange(message, 5, message.length)).isEqualTo(avroBinary(batch));
  }

  @Test
  void shouldWriteTheSameWhenPayloadIsDirectOrReadOnlyOrAPart() throws IOException {
    // given
    byte[] pixels = Records.randomBytes(24, 2);
    ByteBuffer direct = ByteBuffer.allocateDirect(24).put(pixels).flip();
    ByteBuffer readOnly = ByteBuffer.wrap(pixels).asReadOnlyBuffer();
    ByteBuffer part = ByteBuffer.allocate(40).put(9, pixels).position(9).limit(33);
    byte[] expected = avroBinary(Records.frameBatch(ByteBuffer.wrap(pixels)));

    for (ByteBuffer buffer : new ByteBuffer[] {direct, readOnly, part}) {
      // when
      byte[] message = serializer.serialize("t", Records.frameBatch(buffer));

      // then
      assertThat(Arrays.copyOfRange(message, 5, message.length)).isEqualTo(expected);
      assertThat(buffer.remaining()).as("position is left alone").isEqualTo(24);
    }
  }

  @Test
  void shouldWriteWhatAvroItselfWritesWhenLargeAndSmallPayloadsOfAllKindsFollowEachOther()
      throws IOException {
    // given payloads that are copied at once, small ones that need more room than there is, and
    // the largest one in the middle
    List<ByteBuffer> payloads = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      payloads.add(ByteBuffer.wrap(Records.randomBytes(900, i)));
    }
    payloads.add(0, ByteBuffer.wrap(Records.randomBytes(5_000, 100)));
    payloads.add(7, ByteBuffer.allocateDirect(90_000).put(Records.randomBytes(90_000, 101)).flip());
    payloads.add(9, ByteBuffer.wrap(Records.randomBytes(70_000, 102), 1, 60_000));
    payloads.add(20, ByteBuffer.wrap(Records.randomBytes(3_000, 103)).asReadOnlyBuffer());
    payloads.add(ByteBuffer.wrap(Records.randomBytes(1_024, 104)));
    FrameBatch batch = Records.frameBatch(payloads.toArray(ByteBuffer[]::new));

    // when
    byte[] message = serializer.serialize("t", batch);

    // then
    assertThat(Arrays.copyOfRange(message, 5, message.length)).isEqualTo(avroBinary(batch));
  }

  @Test
  void shouldAllocateThePayloadOnceWhenItIsLarge() {
    // given
    int payloadBytes = 8 << 20;
    SpecificRecord heap = Records.featureRecord(ByteBuffer.allocate(payloadBytes));
    SpecificRecord direct = Records.featureRecord(ByteBuffer.allocateDirect(payloadBytes));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    serializer.serialize("t", heap); // loads classes, registers

    for (SpecificRecord record : new SpecificRecord[] {heap, direct}) {
      // when
      long before = threads.getCurrentThreadAllocatedBytes();
      byte[] message = serializer.serialize("t", record);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;

      // then
      assertThat(message.length).isBetween(payloadBytes, payloadBytes + 500);
      assertThat(allocated).isBetween((long) payloadBytes, payloadBytes + 100_000L);
    }
  }

  @Test
  void shouldCopyAPayloadThatLacksRoomWhenWritingInPlace() {
    // given payloads in arrays with no room, or another, around them
    byte[] message = serializer.serialize("t", Records.featureRecord(payload(0, 4096)));
    S2AvroSerializer inPlace = new S2AvroSerializer(registry).inPlace();

    for (ByteBuffer buffer :
        new ByteBuffer[] {payload(0, 4096), payload(7, 4096), payload(1000, 4096)}) {
      // when
      byte[] own = inPlace.serialize("t", Records.featureRecord(buffer));

      // then
      assertThat(own).isEqualTo(message).isNotSameAs(buffer.array());
    }
  }

  @Test
  void shouldUseTheLastArrayOfTheThreadAgainWhenReusingAndTheLengthIsTheSame() throws Exception {
    // given
    S2AvroSerializer reusing = new S2AvroSerializer(registry).reusing();
    FrameBatch first = Records.frameBatch(ByteBuffer.wrap(Records.randomBytes(5_000, 1)));
    FrameBatch second = Records.frameBatch(ByteBuffer.wrap(Records.randomBytes(5_000, 2)));
    FrameBatch longer = Records.frameBatch(ByteBuffer.wrap(Records.randomBytes(5_001, 3)));
    byte[] message = reusing.serialize("t", first);

    // when
    byte[] otherThreads = supplyAsync(() -> reusing.serialize("t", second)).get();
    byte[] again = reusing.serialize("t", second);

    // then
    assertThat(otherThreads).isEqualTo(serializer.serialize("t", second)).isNotSameAs(message);
    assertThat(again).isEqualTo(otherThreads).isSameAs(message);
    assertThat(reusing.serialize("t", longer)).isEqualTo(serializer.serialize("t", longer));
  }

  private static ByteBuffer payload(int before, int bytes) {
    return ByteBuffer.wrap(new byte[before + bytes], before, bytes).slice();
  }

  @Test
  void shouldRegisterTheSchemaOfTheAvscUnderTheTopicsSubjectWhenSerializing() throws IOException {
    // given
    Schema avsc = new Schema.Parser().parse(new File("src/main/avro/FeatureRecord.avsc"));

    // when
    byte[] message =
        serializer.serialize("s2.features", Records.featureRecord(ByteBuffer.allocate(8)));

    // then
    int id = ByteBuffer.wrap(message).getInt(1);
    assertThat(registry.lookup("s2.features-value", avsc)).isEqualTo(id);
    assertThat(registry.schema(id).toString()).isEqualTo(avsc.toString());
  }

  @Test
  void shouldUseTheKeySubjectWhenConfiguredForKeys() {
    // given
    serializer.configure(Map.of(), true);

    // when
    serializer.serialize("t", Records.frameBatch());

    // then
    Schema schema = ContractSchemas.withoutJavaProperties(FrameBatch.getClassSchema());
    assertThat(registry.lookup("t-key", schema)).isEqualTo(1);
  }

  @Test
  void shouldNotRegisterWhenAutoRegisterIsOff() {
    // given
    serializer.configure(Map.of("auto.register.schemas", "false"), false);
    FrameBatch batch = Records.frameBatch();

    // then
    assertThatThrownBy(() -> serializer.serialize("t", batch))
        .isInstanceOf(SchemaNotFoundException.class)
        .hasMessageContaining("io.s2stream.schemas.FrameBatch")
        .hasMessageContaining("t-value")
        .hasMessageContaining("auto.register.schemas=true");

    // when
    registry.register("t-value", ContractSchemas.withoutJavaProperties(batch.getSchema()));

    // then
    assertThat(serializer.serialize("t", batch)).isNotEmpty();
  }

  @Test
  void shouldNameTopicAndRecordWhenARequiredFieldIsMissing() {
    FrameBatch incomplete = new FrameBatch();

    assertThatThrownBy(() -> serializer.serialize("s2.frames", incomplete))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("s2.frames")
        .hasMessageContaining("FrameBatch");
  }

  @Test
  void shouldReturnNullWhenValueIsNull() {
    assertThat(serializer.serialize("t", null)).isNull();
  }

  @Test
  void shouldSayWhatToDoWhenNotConfiguredOrConfiguredWrongly() {
    S2AvroSerializer fresh = new S2AvroSerializer();

    assertThatThrownBy(() -> fresh.serialize("t", Records.frameBatch()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("configure");
    assertThatThrownBy(() -> fresh.configure(Map.of(), false))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("schema.registry.url");
    assertThatThrownBy(
            () ->
                fresh.configure(
                    Map.of("schema.registry.url", "mock://s", "auto.register.schemas", "perhaps"),
                    false))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("auto.register.schemas: expected true or false, got perhaps");
  }

  private static byte[] avroBinary(SpecificRecord record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<SpecificRecord>(record.getSchema()).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }
}
