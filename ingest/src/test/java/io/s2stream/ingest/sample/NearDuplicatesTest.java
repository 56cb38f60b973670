package io.s2stream.ingest.sample;

import java.time.Duration;
import java.util.Arrays;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class NearDuplicatesTest {

  private final NearDuplicates duplicates = new NearDuplicates(2, Duration.ofSeconds(10));

  @Test
  void shouldLetGoOnWhatDiffersByTheThresholdFromTheLastThatWentOn() {
    assertThat(duplicates.goesOn(grey(100), 0, false)).isTrue();
    assertThat(duplicates.goesOn(grey(101), 1_000_000, false)).isFalse();
    // One more level than the frame before, two more than the one that went on.
    assertThat(duplicates.goesOn(grey(102), 2_000_000, false)).isTrue();
    assertThat(duplicates.goesOn(grey(100), 3_000_000, false)).isTrue();
  }

  @Test
  void shouldLetGoOnAnEqualFrameAfterTheGapAndAfterALossAndWhenTheClockIsSetBack() {
    assertThat(duplicates.goesOn(grey(7), 50_000_000, false)).isTrue();
    assertThat(duplicates.goesOn(grey(7), 59_999_999, false)).isFalse();
    assertThat(duplicates.goesOn(grey(7), 60_000_000, false)).isTrue();
    assertThat(duplicates.goesOn(grey(7), 61_000_000, true)).isTrue();
    assertThat(duplicates.goesOn(grey(7), 0, false)).isTrue();
  }

  @Test
  void shouldMeasureTheMeanOfLevels() {
    byte[] other = grey(0);
    other[3] = (byte) 255;
    other[4] = 1;

    assertThat(NearDuplicates.difference(grey(0), other)).isEqualTo(256.0 / 1024);
    assertThat(NearDuplicates.difference(grey(255), grey(1))).isEqualTo(254);
  }

  private static byte[] grey(int level) {
    byte[] cells = new byte[1024];
    Arrays.fill(cells, (byte) level);
    return cells;
  }
}
