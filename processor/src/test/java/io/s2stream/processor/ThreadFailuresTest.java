package io.s2stream.processor;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.s2stream.health.Health;
import io.s2stream.schemas.registry.RegistryUnavailableException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

class ThreadFailuresTest {
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final Health health = new Health();
  private final ThreadFailures failures =
      new ThreadFailures(() -> now, health, Duration.ofMillis(1));

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

  @Test
  void shouldNeverGiveUpWhenBrokersOrRegistryAreInTrouble() {
    for (int i = 0; i < 3 * ThreadFailures.MAX_FAILURES; i++) {
      now = now.plusSeconds(2);
      for (RuntimeException outage :
          List.of(
              new TimeoutException("no answer"),
              new SaslAuthenticationException("expired"),
              new RegistryUnavailableException("no answer", null))) {
        now = now.plus(ThreadFailures.WINDOW); // so that the back-off stays short
        assertThat(failures.handle(new RuntimeException("task failed", outage)))
            .isEqualTo(REPLACE_THREAD);
      }
    }
    assertThat(health.describe()).contains("waiting for Kafka", "expired");

    // when
    failures.running();
    health.started();

    // then
    assertThat(health.isReady()).isTrue();
  }

  @Test
  @Timeout(20)
  void shouldNotWaitAnyLongerWhenItIsClosed() {
    ThreadFailures patient = new ThreadFailures(() -> now, health, Duration.ofHours(1));

    patient.close();

    assertThat(patient.handle(new TimeoutException("no answer"))).isEqualTo(REPLACE_THREAD);
  }
}
