package io.s2stream.ingest;

import java.time.Duration;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ReopenDelayTest {

  private final ReopenDelay delay = new ReopenDelay(new Random(1));

  @Test
  void shouldDoubleUpToAMinuteWithJitter() {
    long[] seconds = {1, 2, 4, 8, 16, 32, 60, 60};
    for (long expected : seconds) {
      assertThat(delay.next(Duration.ZERO))
          .isBetween(Duration.ofMillis(expected * 600), Duration.ofMillis(expected * 1000));
    }
  }

  @Test
  void shouldStartOverOnlyAfterAMinuteOfFrames() {
    delay.next(Duration.ZERO);
    delay.next(Duration.ZERO);

    assertThat(delay.next(Duration.ofSeconds(59))).isGreaterThan(Duration.ofMillis(2400));
    assertThat(delay.next(Duration.ofSeconds(60))).isLessThan(Duration.ofMillis(1001));
  }
}
