package io.s2stream.processor.memory;

import io.s2stream.config.InvalidSettingException;
import io.s2stream.processor.memory.MemoryBudget.Demand;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MemoryBudgetTest {
  private static final long MIB = 1 << 20;
  private static final Demand SIXTY_FOUR_CAMERAS =
      new Demand(2 * MIB, 3 * MIB, 3 * MIB, 4 * MIB, 64, 1);

  @Test
  void shouldGiveAllThatWasAskedForWhenThereIsRoom() {
    MemoryBudget budget = MemoryBudget.of(4_096 * MIB, SIXTY_FOUR_CAMERAS, 100);

    assertThat(budget.recordsInFlight()).isEqualTo(100);
    assertThat(budget.producerBufferBytes()).isEqualTo(32 * MIB);
    assertThat(budget.maxPartitionFetchBytes()).isEqualTo(2 * MIB);
    assertThat(budget.usedBytes()).isLessThanOrEqualTo(4_096 * MIB);
    assertThat(budget.recordBytes()).isEqualTo(7 * MIB);
    assertThat(budget.largestRecordBytes()).isEqualTo(7 * MIB + 4_096 * MIB - budget.usedBytes());
  }

  @Test
  void shouldTakeFewerRecordsUnderWayWhenTheyDontFit() {
    // given room for the least: 64 records under way, and for ten more
    long reserve = 110 * MIB;
    long least = 2 * 8 * MIB + 64 * 6 * MIB + 64 * 7 * MIB + (8 + 3) * MIB;

    MemoryBudget budget = MemoryBudget.of(least + reserve + 70 * MIB, SIXTY_FOUR_CAMERAS, 100);

    assertThat(budget.recordsInFlight()).isBetween(74, 76);
    assertThat(budget.usedBytes()).isLessThanOrEqualTo(least + reserve + 70 * MIB);
  }

  @Test
  void shouldRefuseWhatCantWorkAndSayWhatWouldBeEnough() {
    assertThatThrownBy(() -> MemoryBudget.of(512 * MIB, SIXTY_FOUR_CAMERAS, 32))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining(
            "memory.max: the processor needs at least 955 MiB of heap, but has 512")
        .hasMessageContaining("waiting (max.partition.fetch.bytes 2097152)");

    assertThat(MemoryBudget.of(956 * MIB, SIXTY_FOUR_CAMERAS, 32).recordsInFlight()).isEqualTo(64);
  }

  @Test
  void shouldNeedLittleForFewPartitions() {
    Demand one = new Demand(2 * MIB, 3 * MIB, 3 * MIB, 4 * MIB, 1, 1);

    MemoryBudget budget = MemoryBudget.of(128 * MIB, one, 4);
    assertThat(budget.recordsInFlight()).isEqualTo(4);
    assertThat(budget.largestRecordBytes()).isGreaterThanOrEqualTo(4 * 7 * MIB);
  }
}
