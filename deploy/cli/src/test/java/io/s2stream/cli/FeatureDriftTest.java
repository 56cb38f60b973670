package io.s2stream.cli;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

import io.s2stream.cli.FeatureDrift.Figures;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.TensorType;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class FeatureDriftTest {
  private final FeatureDrift drift = new FeatureDrift();

  @Test
  void shouldGiveTheNormsOfTheTokens() {
    Figures figures = drift.add(record("a", 3, 4, 0, 1));

    assertThat(figures.minNorm()).isEqualTo(1);
    assertThat(figures.maxNorm()).isEqualTo(5);
    assertThat(figures.meanNorm()).isCloseTo(3, within(1e-9));
    assertThat(figures.notFinite()).isZero();
  }

  @Test
  void shouldCompareWithThePreviousRecordOfTheSameStream() {
    assertThat(drift.add(record("a", 2, 0, 2, 0)).drift()).isEmpty();
    assertThat(drift.add(record("b", 0, 1, 0, 1)).drift()).isEmpty();

    // Means (1, 1), then (-1, -1): 45 degrees from (2, 0), then the other way round.
    assertThat(drift.add(record("a", 2, 0, 0, 2)).drift().orElseThrow())
        .isCloseTo(1 - Math.sqrt(0.5), within(1e-9));
    assertThat(drift.add(record("a", -2, 0, 0, -2)).drift().orElseThrow())
        .isCloseTo(2, within(1e-9));
    assertThat(drift.add(record("b", 0, 7, 0, 7)).drift().orElseThrow()).isCloseTo(0, within(1e-9));
  }

  @Test
  void shouldCountWhatIsNotFinite() {
    assertThat(drift.add(record("a", Float.NaN, 1, Float.POSITIVE_INFINITY, 1)).notFinite())
        .isEqualTo(2);
  }

  /** One frame of two tokens of two channels. */
  private static FeatureRecord record(String stream, float... values) {
    ByteBuffer data = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return FeatureRecord.newBuilder()
        .setStreamId(stream)
        .setFirstFrameIndex(0)
        .setFrames(List.of(new FrameInfo(0L, 0L, 0L, false)))
        .setShape(List.of(1, 2, 2))
        .setGrid(List.of(1, 2))
        .setDtype(TensorType.FLOAT32)
        .setImageSizes(List.of())
        .setTower("t")
        .setTowerSha256("")
        .setProcessorVersion("")
        .setData(data)
        .build();
  }
}
