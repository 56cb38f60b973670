package io.s2stream.cli.dlq;

import java.util.Random;
import java.util.TreeSet;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ReplayedOffsetsTest {
  @Test
  void shouldRememberRangesAfterTheFirstGap() {
    ReplayedOffsets offsets = ReplayedOffsets.of(null, 10);

    offsets.add(10, 11);
    offsets.add(15, 15);
    offsets.add(20, 22);
    offsets.add(16, 16);

    assertThat(offsets.toCommit()).isEqualTo(new OffsetAndMetadata(12, "15-16,20-22"));
    ReplayedOffsets again = ReplayedOffsets.of(offsets.toCommit(), 10);
    assertThat(again.contains(14)).isFalse();
    assertThat(again.contains(16)).isTrue();
    again.add(12, 14);
    assertThat(again.toCommit()).isEqualTo(new OffsetAndMetadata(17, "20-22"));
  }

  @Test
  void shouldForgetWhatTheTopicNoLongerHolds() {
    ReplayedOffsets offsets = ReplayedOffsets.of(new OffsetAndMetadata(5, "8-9,12"), 9);

    assertThat(offsets.toCommit()).isEqualTo(new OffsetAndMetadata(10, "12"));
  }

  @Test
  void shouldAgreeWithASetOfOffsets() {
    Random random = new Random(3);
    for (int round = 0; round < 200; round++) {
      ReplayedOffsets offsets = ReplayedOffsets.of(null, 0);
      TreeSet<Long> expected = new TreeSet<>();
      for (int i = 0; i < 30; i++) {
        long first = random.nextInt(60);
        long last = first + random.nextInt(4) - 1;
        offsets.add(first, last);
        for (long at = first; at <= last; at++) {
          expected.add(at);
        }
        offsets = ReplayedOffsets.of(offsets.toCommit(), 0);
      }
      for (long at = 0; at < 70; at++) {
        assertThat(offsets.contains(at))
            .as("%d of %s", at, expected)
            .isEqualTo(expected.contains(at));
      }
    }
  }

  @Test
  void shouldSayWhenThereAreTooManyGaps() {
    ReplayedOffsets offsets = ReplayedOffsets.of(null, 0);
    for (long at = 1; offsets.fits(); at += 2) {
      offsets.add(at, at);
    }

    assertThat(offsets.toCommit().metadata()).hasSizeBetween(4_000, 4_100);
  }
}
