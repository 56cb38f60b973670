package io.s2stream.viewer.moments;

import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ThinningTest {
  @Test
  void shouldShowTwoASecondOfAVideoOfTwentyFive() {
    Thinning thinning = new Thinning();

    long shown =
        LongStream.range(0, 250).filter(i -> thinning.takes(i * 40_000, i * 40, 2)).count();

    assertThat(shown).isBetween(19L, 21L);
  }

  @Test
  void shouldBoundWhatIsShownOfAVideoThatIsReadFasterThanItRuns() {
    Thinning thinning = new Thinning();

    // An hour of video within ten seconds of the clock.
    long shown =
        LongStream.range(0, 7_200).filter(i -> thinning.takes(i * 500_000, i * 10 / 7, 2)).count();

    assertThat(shown).isBetween(120L, 145L);
  }

  @Test
  void shouldGoOnWhenTheSourceBeginsAnew() {
    Thinning thinning = new Thinning();
    assertThat(thinning.takes(90_000_000, 0, 2)).isTrue();

    assertThat(thinning.takes(0, 500, 2)).isTrue();
  }
}
