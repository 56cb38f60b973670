package io.s2stream.schemas.serde;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

import com.sun.management.ThreadMXBean;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.PixelEncoding;
import io.s2stream.schemas.registry.MemorySchemaRegistry;
import io.s2stream.schemas.registry.RegisteredSchema;
import io.s2stream.schemas.registry.RegistryUnavailableException;
import io.s2stream.schemas.registry.SchemaRegistry;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class S2AvroDeserializerTest {
  private final MemorySchemaRegistry registry = new MemorySchemaRegistry();
  private final S2AvroSerializer serializer = new S2AvroSerializer(registry);
  private final S2AvroDeserializer<FrameBatch> deserializer =
      new S2AvroDeserializer<>(FrameBatch.class, registry);

  @Test
  void shouldReadWhatWasWrittenWhenRecordIsAFrameBatch() {
    FrameBatch batch =
        Records.frameBatch(
            ByteBuffer.wrap(Records.randomBytes(24, 1)),
            ByteBuffer.wrap(new byte[0]),
            ByteBuffer.wrap(Records.randomBytes(3, 2)));

    assertThat(deserializer.deserialize("t", serializer.serialize("t", batch))).isEqualTo(batch);
  }

  @Test
  void shouldReadWhatRemainsOfABufferAndRefuseWhatIsLonger() {
    FrameBatch batch = Records.frameBatch(ByteBuffer.wrap(Records.randomBytes(24, 1)));
    byte[] message = serializer.serialize("t", batch);
    ByteBuffer within = ByteBuffer.allocate(message.length + 20).position(7).slice().position(2);
    within.put(message).flip().position(2);

    assertThat(deserializer.deserialize("t", within)).isEqualTo(batch);
    assertThat(within.remaining()).isEqualTo(message.length);
    within.limit(within.limit() + 1);
    assertThatThrownBy(() -> deserializer.deserialize("t", within))
        .isInstanceOf(SerializationException.class);
    within.limit(within.limit() - 2);
    assertThatThrownBy(() -> deserializer.deserialize("t", within))
        .isInstanceOf(SerializationException.class);
  }

  @Test
  void shouldReadWhatWasWrittenWhenRecordIsAFeatureRecordWithAnOptionalField() {
    // given
    S2AvroDeserializer<FeatureRecord> features =
        new S2AvroDeserializer<>(FeatureRecord.class, registry);
    FeatureRecord without = Records.featureRecord(ByteBuffer.wrap(Records.randomBytes(64, 3)));
    FeatureRecord with = Records.featureRecord(ByteBuffer.wrap(Records.randomBytes(64, 3)));
    with.setTokenScales(ByteBuffer.allocate(32));

    // then
    assertThat(features.deserialize("t", serializer.serialize("t", without))).isEqualTo(without);
    assertThat(features.deserialize("t", serializer.serialize("t", with))).isEqualTo(with);
  }

  @Test
  void shouldShareTheMessagesArrayAndKeepItReadOnlyWhenReadingBytes() {
    // given
    int payloadBytes = 8 << 20;
    byte[] message =
        serializer.serialize("t", Records.frameBatch(ByteBuffer.allocate(payloadBytes)));
    deserializer.deserialize("t", message); // loads classes
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    // when
    long before = threads.getCurrentThreadAllocatedBytes();
    FrameBatch batch = deserializer.deserialize("t", message);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    // then
    ByteBuffer data = batch.getFrames().get(0).getData();
    assertThat(allocated).isBetween(1L, 100_000L);
    assertThat(data.isReadOnly()).isTrue();
    assertThat(data.remaining()).isEqualTo(payloadBytes);
    message[message.length - 3] = 42; // behind the payload: end of array, end_of_stream
    assertThat(data.get(payloadBytes - 1)).isEqualTo((byte) 42);
  }

  @Test
  void shouldReadBothTypesWhenNoneIsExpected() {
    S2AvroDeserializer<SpecificRecord> any = new S2AvroDeserializer<>();
    any.configure(Map.of("schema.registry.url", "mock://both-types"), false);
    S2AvroSerializer writer = new S2AvroSerializer();
    writer.configure(Map.of("schema.registry.url", "mock://both-types"), false);
    FrameBatch batch = Records.frameBatch();
    FeatureRecord features = Records.featureRecord(ByteBuffer.allocate(8));

    assertThat(any.deserialize("t", writer.serialize("t", batch))).isEqualTo(batch);
    assertThat(any.deserialize("t", writer.serialize("t", features))).isEqualTo(features);
    MemorySchemaRegistry.dropScope("both-types");
  }

  @Test
  void shouldReturnNullWhenMessageIsNull() {
    assertThat(deserializer.deserialize("t", (byte[]) null)).isNull();
  }

  @Test
  void shouldResolveTheWritersSchemaWhenItIsALaterOne() throws IOException {
    // given: a later version has one field more, and an encoding unknown here
    Schema encoding =
        SchemaBuilder.enumeration("PixelEncoding")
            .namespace("io.s2stream.schemas")
            .defaultSymbol("UNKNOWN")
            .symbols("UNKNOWN", "RGB24", "JPEG", "NV12");
    Schema frames = FrameBatch.getClassSchema().getField("frames").schema();
    Schema later =
        SchemaBuilder.record("FrameBatch")
            .namespace("io.s2stream.schemas")
            .fields()
            .optionalString("site")
            .requiredString("stream_id")
            .requiredLong("first_frame_index")
            .requiredInt("width")
            .requiredInt("height")
            .name("encoding")
            .type(encoding)
            .noDefault()
            .name("frames")
            .type(frames)
            .noDefault()
            .endRecord();
    GenericData.Record record = new GenericData.Record(later);
    record.put("site", "north gate");
    record.put("stream_id", "cam-9");
    record.put("first_frame_index", 3L);
    record.put("width", 0);
    record.put("height", 0);
    record.put("encoding", new GenericData.EnumSymbol(encoding, "NV12"));
    record.put("frames", List.of());

    // when
    FrameBatch read = deserializer.deserialize("t", message(later, record));

    // then
    assertThat(read.getStreamId()).isEqualTo("cam-9");
    assertThat(read.getEncoding()).isEqualTo(PixelEncoding.UNKNOWN);
    assertThat(read.getEndOfStream()).as("the default of a field not written").isFalse();
  }

  @Test
  void shouldSayWhichRecordWasFoundWhenItIsNoneOfOurs() throws IOException {
    Schema foreign =
        SchemaBuilder.record("Order").namespace("shop").fields().requiredInt("n").endRecord();
    GenericData.Record record = new GenericData.Record(foreign);
    record.put("n", 1);
    byte[] message = message(foreign, record);
    S2AvroDeserializer<FrameBatch> any = new S2AvroDeserializer<>(FrameBatch.class, registry);

    assertThatThrownBy(() -> any.deserialize("s2.frames", message))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("s2.frames")
        .hasMessageContaining("schema id 1")
        .hasMessageContaining("shop.Order")
        .hasMessageContaining("expected io.s2stream.schemas.FrameBatch");
  }

  @Test
  void shouldSayWhichRecordWasFoundWhenItIsAnotherOfOurs() {
    byte[] message = serializer.serialize("t", Records.featureRecord(ByteBuffer.allocate(8)));

    assertThatThrownBy(() -> deserializer.deserialize("t", message))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("is a io.s2stream.schemas.FeatureRecord")
        .hasMessageContaining("expected io.s2stream.schemas.FrameBatch");
  }

  @Test
  void shouldBlameTheDataWhenSchemaIdIsUnknown() {
    byte[] message = {0, 0, 0, 3, 9, 1, 2, 3};

    assertThatThrownBy(() -> deserializer.deserialize("t", message))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("topic t")
        .hasMessageContaining("schema id 777");
  }

  @Test
  void shouldBlameTheRegistryAndNotTheDataWhenItIsNotReachable() {
    // given
    SchemaRegistry down =
        new SchemaRegistry() {
          @Override
          public int register(String subject, Schema schema) {
            throw new AssertionError("not called");
          }

          @Override
          public int lookup(String subject, Schema schema) {
            throw new AssertionError("not called");
          }

          @Override
          public RegisteredSchema latest(String subject) {
            throw new AssertionError("not called");
          }

          @Override
          public Schema schema(int id) {
            throw new RegistryUnavailableException("down", null);
          }
        };
    byte[] message = serializer.serialize("t", Records.frameBatch());

    // then
    assertThatThrownBy(
            () -> new S2AvroDeserializer<>(FrameBatch.class, down).deserialize("t", message))
        .isInstanceOf(RegistryUnavailableException.class);
  }

  private byte[] message(Schema schema, GenericData.Record record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(ByteBuffer.allocate(5).put((byte) 0).putInt(registry.register("s", schema)).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericData.Record>(schema).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }
}
