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
      assertThat(delay.next())
          .isBetween(Duration.ofMillis(expected * 800), Duration.ofMillis(expected * 1200));
    }
  }

  @Test
  void shouldStartOverAfterTheSourceWorked() {
    delay.next();
    delay.next();
    delay.reset();

    assertThat(delay.next()).isLessThan(Duration.ofMillis(1201));
  }
}
