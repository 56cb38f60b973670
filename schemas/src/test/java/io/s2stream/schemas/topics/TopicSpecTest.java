package io.s2stream.schemas.topics;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TopicSpecTest {

  private static TopicSpec ofBytes(long recordBytes) {
    return new TopicSpec("t", recordBytes, 1, -1, true);
  }

  @Test
  void shouldSetALimitThatCarriesTheRecord() {
    for (long bytes : new long[] {0, 1_048_576, 3_538_944, 64L << 20, Integer.MAX_VALUE - 8192}) {
      TopicSpec spec = ofBytes(bytes);

      assertThat(spec.neededMessageBytes()).isGreaterThan(bytes);
      assertThat(spec.limitToSet())
          .isGreaterThanOrEqualTo(spec.neededMessageBytes())
          .isBetween(TopicSpec.DEFAULT_MESSAGE_BYTES, (long) Integer.MAX_VALUE);
    }
    assertThat(ofBytes(3_538_944).limitToSet()).isEqualTo(4L << 20);
  }

  @Test
  void shouldRefuseWhatNoTopicCanCarry() {
    assertThatThrownBy(() -> ofBytes(Integer.MAX_VALUE)).hasMessageContaining("2 GiB");
    assertThatThrownBy(() -> new TopicSpec("t", 1, 0, 1, true))
        .hasMessageContaining("partitions and replication factor");
    assertThatThrownBy(() -> new TopicSpec(" ", 1, 1, 1, true)).hasMessageContaining("name");
  }
}
