package io.s2stream.processor.batch;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

import io.s2stream.processor.extract.FeatureLayout;
import io.s2stream.processor.extract.TowerInfo;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.PixelEncoding;
import io.s2stream.schemas.TensorType;
import io.s2stream.schemas.registry.MemorySchemaRegistry;
import io.s2stream.schemas.serde.S2AvroSerializer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FeatureRecordsTest {
  private static final FeatureLayout LAYOUT =
      new FeatureLayout(64, 32, 8, 8, 0, TensorType.FLOAT16, List.of(new int[] {4, 4}));

  @Test
  void shouldGiveBuffersThatTheMessageIsWrittenAround() {
    // given
    FeatureRecords records = new FeatureRecords(new TowerInfo("tower", "00ff"), LAYOUT, "1.2.3");
    Frame frame = new Frame(3L, 0L, 0L, true, ByteBuffer.allocate(48));
    FrameBatch batch =
        new FrameBatch("kamera-süd", 3L, 4, 4, PixelEncoding.RGB24, List.of(frame, frame), false);
    int bytes = (int) LAYOUT.bytes(2);

    // when
    ByteBuffer data = records.buffer(batch, LAYOUT, bytes);
    byte[] features = new byte[bytes];
    new Random(1).nextBytes(features);
    data.duplicate().put(features);
    FeatureRecord record = records.of(batch, LAYOUT, data);

    // then there is nothing to copy, and the message is the same
    MemorySchemaRegistry registry = new MemorySchemaRegistry();
    byte[] copied = new S2AvroSerializer(registry).serialize("t", record);
    byte[] inPlace = new S2AvroSerializer(registry).inPlace().serialize("t", record);
    assertThat(inPlace).isSameAs(data.array()).isEqualTo(copied);
  }
}
