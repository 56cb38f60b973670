package io.s2stream.processor;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

class ThreadFailuresTest {
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final ThreadFailures failures = new ThreadFailures(() -> now);

  @Test
  void shouldGiveUpOnlyWhenFailuresComeTooOften() {
    // given as many failures as are allowed
    for (int i = 0; i < ThreadFailures.MAX_FAILURES; i++) {
      now = now.plusSeconds(2);
      assertThat(failures.handle(new IllegalStateException())).isEqualTo(REPLACE_THREAD);
    }

    // then
    now = now.plusSeconds(2);
    assertThat(failures.handle(new IllegalStateException())).isEqualTo(SHUTDOWN_CLIENT);
  }

  @Test
  void shouldCountOneFaultThatFailsAllThreadsOnce() {
    for (int thread = 0; thread < 3 * ThreadFailures.MAX_FAILURES; thread++) {
      now = now.plusMillis(10);
      assertThat(failures.handle(new IllegalStateException())).isEqualTo(REPLACE_THREAD);
    }
  }

  @Test
  void shouldForgetOldFailures() {
    for (int i = 0; i < 10 * ThreadFailures.MAX_FAILURES; i++) {
      now =
          now.plus(ThreadFailures.WINDOW.dividedBy(ThreadFailures.MAX_FAILURES - 1))
              .plus(Duration.ofMillis(1));
      assertThat(failures.handle(new IllegalStateException())).isEqualTo(REPLACE_THREAD);
    }
  }

  @Test
  void shouldSayWhatHappenedInsideTheWrappers() {
    failures.handle(
        new RuntimeException("task 0_1 failed", new IllegalStateException("out of device memory")));

    assertThat(failures.lastFailure()).isEqualTo("IllegalStateException: out of device memory");
  }
}
