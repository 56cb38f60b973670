package io.s2stream.health;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(20)
class PatienceTest {
  private final Health health = new Health();
  private final AtomicInteger runs = new AtomicInteger();

  @Test
  void shouldRepeatAndSayWhatItWaitsForUntilItIsThere() throws Exception {
    List<String> said = new ArrayList<>();

    String result =
        new Patience(null)
            .await(
                new Outage("the disk", health),
                IOException.class,
                () -> {
                  said.add(health.describe());
                  if (runs.incrementAndGet() < 3) {
                    throw new IOException("not mounted");
                  }
                  return "done";
                },
                IOException::getMessage);

    assertThat(result).isEqualTo("done");
    assertThat(said)
        .containsExactly(
            "starting", "waiting for the disk: not mounted", "waiting for the disk: not mounted");
    assertThat(health.describe()).isEqualTo("starting");
  }

  @Test
  void shouldEndAtOnceWhenWaitingDoesNotHelp() {
    assertThatThrownBy(() -> failWith(new FileNotFoundException("wrong name"), null))
        .isInstanceOf(FileNotFoundException.class);
    assertThat(runs).hasValue(1);
  }

  @Test
  void shouldEndWhenTheTimeIsOver() {
    assertThatThrownBy(() -> failWith(new IOException("away"), Duration.ofMillis(900)))
        .hasMessage("away");
    assertThat(runs).hasValueBetween(2, 4);
  }

  @Test
  void shouldDoubleTheWaitsUpToTheLongestWithJitter() {
    BackOff backOff = new BackOff(Duration.ofMillis(100), Duration.ofMillis(300));

    assertThat(backOff.next()).isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
    assertThat(backOff.next()).isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
    assertThat(backOff.next()).isBetween(Duration.ofMillis(150), Duration.ofMillis(300));
    assertThat(backOff.next()).isBetween(Duration.ofMillis(150), Duration.ofMillis(300));
    backOff.reset();
    assertThat(backOff.next()).isLessThanOrEqualTo(Duration.ofMillis(100));
  }

  private void failWith(IOException failure, @Nullable Duration timeout) throws Exception {
    new Patience(timeout)
        .await(
            new Outage("the disk", health),
            IOException.class,
            () -> {
              runs.incrementAndGet();
              throw failure;
            },
            e -> e instanceof FileNotFoundException ? null : e.getMessage());
  }
}
