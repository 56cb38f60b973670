package io.s2stream.viewer.figures;

import java.util.List;

import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.viewer.features.Records;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class StreamFiguresTest {
  private final StreamFigures figures = new StreamFigures();

  private static FeatureRecord record(long index, long ptsMicros, long captureMillis) {
    FeatureRecord record = Records.record(1, 1, 1, new float[][] {{1}});
    record.setFrames(List.of(new FrameInfo(index, ptsMicros, captureMillis * 1_000, false)));
    return record;
  }

  @Test
  void shouldReckonTheRateFromASampleOfTheRecords() {
    for (long index : new long[] {0, 1, 40, 41, 200}) {
      figures.saw(record(index, index * 250_000, 0), 0, false, null);
    }

    assertThat(figures.snapshot().fps()).isCloseTo(4, within(1e-9));
  }

  @Test
  void shouldBeginAnewWithASourceThatDoes() {
    figures.saw(record(7, 90_000_000, 0), 0, false, null);
    figures.saw(record(8, 0, 0), 0, false, null);
    figures.saw(record(9, 500_000, 0), 0, false, null);

    assertThat(figures.snapshot().fps()).isCloseTo(2, within(1e-9));
  }

  @Test
  void shouldTakeLatencyOnlyFromRecordsThatWereReadAtOnce() {
    figures.saw(record(0, 0, 1_000), 60_000, false, null);
    assertThat(figures.snapshot().p50()).isNaN();

    for (int i = 1; i <= 100; i++) {
      figures.saw(record(i, i * 1_000, 1_000), 1_000 + 10L * i, true, null);
    }

    assertThat(figures.snapshot().p50()).isCloseTo(0.50, within(0.001));
    assertThat(figures.snapshot().p99()).isCloseTo(0.99, within(0.001));
  }

  @Test
  void shouldCountWhatWasLeftOutAndBreaks() {
    FeatureRecord late = record(0, 0, 0);
    late.setSkipped("late");
    figures.saw(late, 0, true, null);
    FeatureRecord broken = record(1, 0, 0);
    broken.getFrames().get(0).setDiscontinuity(true);
    figures.saw(broken, 0, true, null);

    assertThat(figures.snapshot().skipped()).isEqualTo(1);
    assertThat(figures.snapshot().breaks()).isEqualTo(1);
  }
}
