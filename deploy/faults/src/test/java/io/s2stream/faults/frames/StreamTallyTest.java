package io.s2stream.faults.frames;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StreamTallyTest {

  @Test
  void shouldAllowRepeatsInOrder() {
    StreamTally tally = tallyOf(4, 0, 1, 2, 1, 2, 3);

    assertThat(tally.distinct()).isEqualTo(4);
    assertThat(tally.duplicated()).isEqualTo(2);
    assertThat(tally.disordered()).isZero();
  }

  @Test
  void shouldCountAFrameThatComesBeforeOneThatPrecedesIt() {
    StreamTally tally = tallyOf(4, 0, 2, 1, 3);

    assertThat(tally.distinct()).isEqualTo(4);
    assertThat(tally.disordered()).isEqualTo(1);
  }

  @Test
  void shouldCountFramesThatWereNeverSent() {
    StreamTally tally = tallyOf(2, 0, 1, 2, -1);

    assertThat(tally.distinct()).isEqualTo(2);
    assertThat(tally.foreign()).isEqualTo(2);
  }

  private static StreamTally tallyOf(int expected, long... indexes) {
    StreamTally tally = new StreamTally(expected);
    for (long index : indexes) {
      tally.add(index);
    }
    return tally;
  }
}
