package io.s2stream.processor.batch;

import java.nio.ByteBuffer;
import java.util.List;

import io.s2stream.processor.extract.FeatureLayout;
import io.s2stream.processor.extract.TowerInfo;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.PixelEncoding;
import io.s2stream.schemas.TensorType;
import io.s2stream.schemas.tensor.FeatureTensor;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PayloadTest {
  /** One token of three channels: 3 bytes of values, 4 of scale. */
  private static final FeatureLayout INT8 =
      new FeatureLayout(1, 3, 1, 1, 0, TensorType.INT8, List.of(new int[] {4, 4}));

  @Test
  void shouldPartValuesFromScalesWhenThereAreManyFrames() {
    ByteBuffer written = ByteBuffer.allocate(3 * 7);
    for (int frame = 0; frame < 3; frame++) {
      for (int channel = 0; channel < 3; channel++) {
        written.put((byte) (10 * frame + channel));
      }
      written.putFloat(frame + 0.5f);
    }

    Payload payload = Payload.of(INT8, 3, written.flip());

    assertThat(payload.data())
        .isEqualTo(ByteBuffer.wrap(new byte[] {0, 1, 2, 10, 11, 12, 20, 21, 22}));
    assertThat(payload.tokenScales())
        .isEqualTo(ByteBuffer.allocate(12).putFloat(0.5f).putFloat(1.5f).putFloat(2.5f).flip());
  }

  @Test
  void shouldNotCopyWhenThereIsOneFrame() {
    ByteBuffer written = ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7});

    Payload payload = Payload.of(INT8, 1, written);

    assertThat(payload.data()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    assertThat(payload.tokenScales()).isEqualTo(ByteBuffer.wrap(new byte[] {4, 5, 6, 7}));
    assertThat(payload.data().array()).isSameAs(written.array());
  }

  @Test
  void shouldHaveNoFramesWhenTheStreamEnds() {
    Payload payload = Payload.of(INT8, 0, ByteBuffer.allocate(0));

    assertThat(payload.data().remaining()).isZero();
    assertThat(payload.tokenScales()).isEqualTo(ByteBuffer.allocate(0));
  }

  @Test
  void shouldHaveFramesButNoFeaturesWhenTheyAreSkipped() {
    ByteBuffer pixels = ByteBuffer.allocate(48);
    List<Frame> frames =
        List.of(new Frame(5L, 0L, 0L, false, pixels), new Frame(6L, 1L, 1L, false, pixels));
    FrameBatch batch = new FrameBatch("door", 5L, 4, 4, PixelEncoding.RGB24, frames, false);

    FeatureRecord record =
        new FeatureRecords(new TowerInfo("tower", "0"), INT8, "1").skipped(batch, INT8, "late");

    assertThat(record.getFrames()).hasSize(2);
    assertThat(FeatureTensor.of(record).shape()).containsExactly(0, 1, 3);
  }
}
