package io.s2stream.processor.topology;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class InFlightBudgetTest {
  private final InFlightBudget budget = new InFlightBudget(32);

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
  void shouldAlwaysAllowEachTaskOne() {
    for (int i = 0; i < 100; i++) {
      budget.taskStarted();
    }
    assertThat(budget.recordsPerTask()).isEqualTo(1);
  }
}
