package io.s2stream.processor.topology;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class InFlightBudgetTest {
  private final InFlightBudget budget = new InFlightBudget(32, 1_000);

  @Test
  void shouldShareTheRecordsBetweenTheTasks() {
    budget.taskStarted();
    assertThat(budget.recordsPerTask()).isEqualTo(32);
    budget.taskStarted();
    budget.taskStarted();
    assertThat(budget.recordsPerTask()).isEqualTo(10);
    budget.taskEnded();
    assertThat(budget.recordsPerTask()).isEqualTo(16);
  }

  @Test
  void shouldCountByTheHeapARecordTakes() {
    assertThat(budget.records(0)).isEqualTo(1);
    assertThat(budget.records(1_000)).isEqualTo(1);
    assertThat(budget.records(1_001)).isEqualTo(2);
    assertThat(budget.records(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void shouldLetOneLargeRecordThroughAtATime() {
    Object first = new Object();
    Object second = new Object();

    assertThat(budget.takeLarge(first)).isTrue();
    assertThat(budget.takeLarge(first)).isTrue();
    assertThat(budget.takeLarge(second)).isFalse();
    budget.releaseLarge(second);
    assertThat(budget.takeLarge(second)).isFalse();
    budget.releaseLarge(first);
    assertThat(budget.takeLarge(second)).isTrue();
  }

  @Test
  void shouldAlwaysAllowEachTaskOne() {
    for (int i = 0; i < 100; i++) {
      budget.taskStarted();
    }
    assertThat(budget.recordsPerTask()).isEqualTo(1);
  }
}
