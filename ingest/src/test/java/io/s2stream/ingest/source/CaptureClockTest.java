package io.s2stream.ingest.source;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CaptureClockTest {

  private static final AVRational RTP_CLOCK = avutil.av_make_q(1, 90_000);
  private static final long SECOND = 1_000_000;

  private static long now() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  @Test
  void shouldBeTheTimeOfArrivalUntilTheSourceTellsItsClock() {
    CaptureClock clock = new CaptureClock(RTP_CLOCK, true);
    long before = now();

    assertThat(clock.captureMicros(90_000)).isBetween(before, now());
    assertThat(clock.refused()).isFalse();
  }

  @Test
  void shouldCountFromWhatTheSourceToldLast() {
    CaptureClock clock = new CaptureClock(RTP_CLOCK, true);
    long wall = now() - 5 * SECOND;
    clock.anchor(180_000, wall);

    // also for frames before the anchor: decoders hold pictures back
    assertThat(clock.captureMicros(90_000)).isEqualTo(wall - SECOND);
    assertThat(clock.captureMicros(270_000)).isEqualTo(wall + SECOND);
    clock.anchor(360_000, wall + 3 * SECOND);
    assertThat(clock.captureMicros(360_000)).isEqualTo(wall + 3 * SECOND);
  }

  @Test
  void shouldNotStepBackToFramesThatWereHeldUpButTakeAnotherClock() {
    CaptureClock clock = new CaptureClock(RTP_CLOCK, true);
    long arrived = clock.captureMicros(0);

    clock.anchor(0, arrived - SECOND);
    assertThat(clock.captureMicros(45_000)).isEqualTo(arrived);
    assertThat(clock.captureMicros(180_000)).isEqualTo(arrived + SECOND);
    clock.anchor(0, arrived - 30 * SECOND);
    assertThat(clock.captureMicros(180_000)).isEqualTo(arrived - 28 * SECOND);
  }

  @Test
  void shouldNotBelieveACameraThatCountsFrom1970() {
    CaptureClock clock = new CaptureClock(RTP_CLOCK, true);
    clock.anchor(0, 1234);

    assertThat(clock.captureMicros(0)).isGreaterThan(now() - SECOND);
    assertThat(clock.refused()).isTrue();
  }

  @Test
  void shouldBelieveAFileWhateverItSays() {
    CaptureClock clock = new CaptureClock(RTP_CLOCK, false);
    clock.anchor(0, 1234);

    assertThat(clock.captureMicros(0)).isEqualTo(1234);
    assertThat(clock.refused()).isFalse();
  }
}
