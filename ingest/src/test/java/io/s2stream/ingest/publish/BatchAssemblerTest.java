package io.s2stream.ingest.publish;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

import io.s2stream.ingest.encode.FrameEncoder;
import io.s2stream.ingest.encode.RawEncoder;
import io.s2stream.ingest.source.ImageSize;
import io.s2stream.ingest.source.VideoFrame;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.PixelEncoding;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class BatchAssemblerTest {

  private static final ImageSize SIZE = new ImageSize(4, 6);

  private final BatchAssembler assembler = new BatchAssembler("cam", 3, new RawEncoder());

  @Test
  void shouldGiveARecordWhenItIsFull() {
    assertThat(assembler.add(frame(0))).isNull();
    assertThat(assembler.add(frame(1))).isNull();

    FrameBatch batch = Objects.requireNonNull(assembler.add(frame(2)));

    assertThat(batch.getStreamId()).isEqualTo("cam");
    assertThat(batch.getFirstFrameIndex()).isZero();
    assertThat(batch.getHeight()).isEqualTo(4);
    assertThat(batch.getWidth()).isEqualTo(6);
    assertThat(batch.getEncoding()).isEqualTo(PixelEncoding.RGB24);
    assertThat(batch.getFrames()).extracting(Frame::getIndex).containsExactly(0L, 1L, 2L);
    assertThat(batch.getFrames().get(1).getDiscontinuity()).isTrue();
    assertThat(batch.getFrames().get(1).getPtsMicros()).isEqualTo(40_000);
    assertThat(batch.getFrames().get(1).getData().get(5)).isEqualTo((byte) 1);
  }

  @Test
  void shouldGiveAShorterRecordWhenFlushed() {
    assembler.add(frame(0));

    assertThat(assembler.flush()).satisfies(batch -> assertThat(batch.getFrames()).hasSize(1));
    assertThat(assembler.flush()).isNull();
    assertThat(assembler.add(frame(1))).isNull();
    assertThat(assembler.flush())
        .satisfies(batch -> assertThat(batch.getFirstFrameIndex()).isEqualTo(1));
  }

  @Test
  void shouldMarkTheEndWithTheNumberOfFrames() {
    FrameBatch mark = assembler.endOfStream(17);

    assertThat(mark.getEndOfStream()).isTrue();
    assertThat(mark.getFirstFrameIndex()).isEqualTo(17);
    assertThat(mark.getFrames()).isEmpty();
    assertThat(mark.getHeight()).isZero();
    assertThat(mark.getWidth()).isZero();
  }

  @Test
  void shouldRefuseTheEndWhileFramesWait() {
    assembler.add(frame(0));

    assertThatThrownBy(() -> assembler.endOfStream(1)).hasMessageContaining("flush");
  }

  @Test
  void shouldNotKeepAnEmptyRecordWhenAFrameCanNotBeEncoded() {
    FrameEncoder refusing =
        new FrameEncoder() {
          @Override
          public PixelEncoding encoding() {
            return PixelEncoding.JPEG;
          }

          @Override
          public ByteBuffer encode(VideoFrame frame) {
            throw new IllegalStateException("refused");
          }
        };
    BatchAssembler broken = new BatchAssembler("cam", 3, refusing);

    assertThatThrownBy(() -> broken.add(frame(0))).hasMessage("refused");

    assertThat(broken.flush()).isNull();
  }

  @Test
  void shouldFitTheComputedSizeWhenSerialised() throws Exception {
    // given the longest id and the longest varints
    BatchAssembler longest = new BatchAssembler("x".repeat(200), 2, new RawEncoder());
    longest.add(
        new VideoFrame(1L << 62, 1L << 62, 1L << 62, true, SIZE, new byte[SIZE.rgbBytes()]));
    FrameBatch batch =
        longest.add(
            new VideoFrame(1L << 62, 1L << 62, 1L << 62, true, SIZE, new byte[SIZE.rgbBytes()]));

    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new SpecificDatumWriter<>(FrameBatch.class).write(batch, encoder);
    encoder.flush();

    assertThat((long) out.size() + 200).isLessThan(RecordSize.maxBytes(SIZE, 2));
  }

  private static VideoFrame frame(int index) {
    byte[] rgb = new byte[SIZE.rgbBytes()];
    Arrays.fill(rgb, (byte) index);
    return new VideoFrame(index, 40_000L * index, 1_700_000_000_000_000L, index == 1, SIZE, rgb);
  }
}
