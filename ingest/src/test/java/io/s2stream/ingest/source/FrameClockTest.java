package io.s2stream.ingest.source;

import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FrameClockTest {

  private static final long NONE = avutil.AV_NOPTS_VALUE;

  @Test
  void shouldDropALeadInWithoutTimesWhenLive() {
    FrameClock clock = clock(true);

    assertThat(clock.micros(NONE)).isEqualTo(FrameClock.NO_TIME);
    assertThat(clock.micros(NONE)).isEqualTo(FrameClock.NO_TIME);
    assertThat(clock.micros(90_500)).isEqualTo(1_000_000);
    assertThat(clock.micros(NONE)).isEqualTo(1_040_000);
  }

  @Test
  void shouldCountByTheFrameRateWhenALiveSourceNeverHasTimes() {
    FrameClock clock = clock(true);

    for (int i = 0; i < FrameClock.MAX_LEAD_IN; i++) {
      assertThat(clock.micros(NONE)).isEqualTo(FrameClock.NO_TIME);
    }

    assertThat(clock.micros(NONE)).isZero();
    assertThat(clock.micros(NONE)).isEqualTo(40_000);
  }

  @Test
  void shouldStartAtZeroWhenAFileHasNoTimes() {
    FrameClock clock = clock(false);

    assertThat(clock.micros(NONE)).isZero();
    assertThat(clock.micros(NONE)).isEqualTo(40_000);
  }

  @Test
  void shouldKnowHowLongAFrameIsShown() {
    assertThat(clock(false).frameMicros(0)).isEqualTo(40_000);
    assertThat(clock(false).frameMicros(180_000)).isEqualTo(2_000_000);
  }

  private static FrameClock clock(boolean live) {
    return new FrameClock(avutil.av_make_q(1, 90_000), 500, 25, live);
  }
}
