package io.s2stream.processor.topology;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class InFlightBudgetTest {
  private double secondsPerRecord;
  private final InFlightBudget budget = new InFlightBudget(32, () -> secondsPerRecord);

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
  void shouldAllowNoMoreThanTenSecondsOfWork() {
    budget.taskStarted();
    secondsPerRecord = 0.01;
    assertThat(budget.recordsPerTask()).isEqualTo(32);
    secondsPerRecord = 2;
    assertThat(budget.recordsPerTask()).isEqualTo(5);
  }

  @Test
  void shouldAlwaysAllowEachTaskOne() {
    for (int i = 0; i < 100; i++) {
      budget.taskStarted();
    }
    secondsPerRecord = 60;
    assertThat(budget.recordsPerTask()).isEqualTo(1);
  }
}
