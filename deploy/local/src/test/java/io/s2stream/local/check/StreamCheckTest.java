package io.s2stream.local.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.TensorType;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StreamCheckTest {
  private static final long CAPTURED_MICROS = 1_000_000;
  private static final long ARRIVED_MICROS = 1_500_000;

  private final StreamCheck check = new StreamCheck("cam");

  /** A record of [frames, 2, 3] float32 features. */
  private static FeatureRecord record(long first, int frames, int tokens, float value) {
    ByteBuffer data =
        ByteBuffer.allocate(frames * tokens * 3 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (data.hasRemaining()) {
      data.putFloat(value);
    }
    return FeatureRecord.newBuilder()
        .setStreamId("cam")
        .setFirstFrameIndex(first)
        .setFrames(
            LongStream.range(first, first + frames)
                .mapToObj(index -> new FrameInfo(index, 0L, CAPTURED_MICROS, false))
                .toList())
        .setShape(List.of(frames, tokens, 3))
        .setGrid(List.of(1, tokens))
        .setDtype(TensorType.FLOAT32)
        .setImageSizes(List.of())
        .setTower("t")
        .setTowerSha256("")
        .setProcessorVersion("")
        .setData(data.flip())
        .build();
  }

  private static FeatureRecord end(long frames) {
    FeatureRecord end = record(frames, 0, 2, 0);
    end.setEndOfStream(true);
    return end;
  }

  private void accept(FeatureRecord... records) {
    for (FeatureRecord record : records) {
      check.accept(record, ARRIVED_MICROS);
    }
  }

  @Test
  void shouldFindNothingWrongWhenAllFramesComeInOrder() {
    accept(record(0, 2, 2, 1), record(2, 1, 2, 1), end(3));

    StreamCounts counts = check.counts();
    assertThat(counts.faults()).isEmpty();
    assertThat(counts)
        .extracting(StreamCounts::records, StreamCounts::frames, StreamCounts::endFrames)
        .containsExactly(2L, 3L, 3L);
    assertThat(counts)
        .extracting(StreamCounts::gaps, StreamCounts::duplicates, StreamCounts::outOfOrder)
        .containsExactly(0L, 0L, 0L);
    assertThat(counts.shape()).containsExactly(1, 2, 3);
    assertThat(counts.medianLatency()).isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void shouldTakeFramesThatWereLeftOutForAccountedButNotForFeatures() {
    FeatureRecord late = record(1, 0, 2, 0);
    late.setFrames(record(1, 2, 2, 1).getFrames());
    late.setSkipped("late");

    accept(record(0, 1, 2, 1), late, record(3, 1, 2, 1), end(4));

    StreamCounts counts = check.counts();
    assertThat(counts.faults()).isEmpty();
    assertThat(counts)
        .extracting(StreamCounts::records, StreamCounts::accounted, StreamCounts::gaps)
        .containsExactly(2L, 4L, 0L);
    assertThat(counts.shape()).containsExactly(1, 2, 3);
  }

  @Test
  void shouldCountAGapUntilItsFramesAreFoundDead() {
    accept(record(0, 1, 2, 1), record(3, 1, 2, 1));
    assertThat(check.counts().gaps()).isEqualTo(2);

    check.acceptDeadLetter(1);
    check.acceptDeadLetter(2);

    assertThat(check.counts().gaps()).isZero();
    assertThat(check.counts().accounted()).isEqualTo(4);
  }

  @Test
  void shouldTellRepeatedFramesFromLateOnes() {
    accept(record(0, 1, 2, 1), record(2, 1, 2, 1), record(1, 1, 2, 1), record(2, 1, 2, 1));

    assertThat(check.counts())
        .extracting(StreamCounts::frames, StreamCounts::outOfOrder, StreamCounts::duplicates)
        .containsExactly(3L, 1L, 1L);
  }

  @Test
  void shouldReportTensorsThatAreNotWhole() {
    FeatureRecord shortData = record(0, 1, 2, 1);
    shortData.setData(ByteBuffer.allocate(4));

    accept(shortData, record(1, 1, 2, Float.NaN), record(2, 1, 2, 1), record(3, 1, 4, 1));

    assertThat(check.counts().faults()).hasSize(3);
    assertThat(check.counts().faults().get(1)).contains("frame 1 are not all finite");
    assertThat(check.counts().faults().get(2)).contains("shape changed");
  }

  @Test
  void shouldReportFramesAfterTheEndMarkAndAWrongCount() {
    accept(record(0, 2, 2, 1), end(1), record(2, 1, 2, 1));

    assertThat(check.counts().faults())
        .containsExactly(
            "cam: the end mark tells 1 frames, but 2 came", "cam: frame 2 came after the end mark");
  }
}
