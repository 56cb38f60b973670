package io.s2stream.ingest;

import java.util.Arrays;
import java.util.stream.IntStream;

import io.s2stream.config.InvalidSettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ShardSettingsTest {

  @ParameterizedTest
  @CsvSource({"s2-ingest-0, 0", "s2-ingest-2, 2", "s2-ingest-1.s2.default.svc.cluster.local, 1"})
  void shouldTakeTheOrdinalOfAStatefulSetsPod(String host, int ordinal) {
    assertThat(ShardSettings.ordinalOf(host, 3)).isEqualTo(ordinal);
  }

  @ParameterizedTest
  @ValueSource(strings = {"s2-ingest-3", "s2-ingest-5d7c9-x2x", "localhost", ""})
  void shouldRefuseAHostNameThatSaysNothing(String host) {
    assertThatThrownBy(() -> ShardSettings.ordinalOf(host, 3))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("set it, or run as a StatefulSet");
  }

  @Test
  void shouldShareEvenlyAndMoveOnlyToTheNewInstanceWhenOneIsAdded() {
    ShardSettings five = new ShardSettings(5, 0);
    ShardSettings six = new ShardSettings(6, 0);
    int[] counts = new int[5];
    int moved = 0;

    for (int i = 0; i < 10_000; i++) {
      String id = "camera-" + i;
      counts[five.of(id)]++;
      if (five.of(id) != six.of(id)) {
        assertThat(six.of(id)).isEqualTo(5);
        moved++;
      }
    }

    assertThat(Arrays.stream(counts).boxed()).allSatisfy(n -> assertThat(n).isBetween(1850, 2150));
    assertThat(moved).isBetween(1500, 1830);
  }

  @Test
  void shouldStayTheSameInEveryVersion() {
    ShardSettings shard = new ShardSettings(8, 0);

    assertThat(IntStream.range(0, 10).map(i -> shard.of("cam-" + i)))
        .containsExactly(4, 4, 3, 0, 3, 5, 0, 6, 2, 7);
  }

  @ParameterizedTest
  @CsvSource({"0,", "2, 2", "2, -1"})
  void shouldRefuseWhatIsNoShare(int count, Integer index) {
    assertThatThrownBy(() -> new ShardSettings(count, index))
        .isInstanceOf(InvalidSettingException.class);
  }
}
