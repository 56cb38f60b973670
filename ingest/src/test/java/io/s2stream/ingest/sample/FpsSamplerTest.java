package io.s2stream.ingest.sample;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;

import io.s2stream.ingest.sample.FrameSampler.Choice;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FpsSamplerTest {

  @Test
  void shouldTakeTheNearestFrameToEachMultipleWhenTheSourceIsFaster() {
    // 30 frames/s to 20: a chain of minimum distances would give 15
    List<Long> taken = taken(20, 33_333, frames(30, 1, 30));

    assertThat(taken).hasSize(20);
    for (int slot = 0; slot < 20; slot++) {
      assertThat((double) taken.get(slot)).isBetween(slot * 5e4 - 16_668, slot * 5e4 + 16_668);
    }
  }

  @Test
  void shouldTakeEveryFrameOnceWhenTimesAreRoundedToMilliseconds() {
    LongStream matroska = frames(30_000, 1001, 3000).map(micros -> Math.round(micros / 1e3) * 1000);

    assertThat(taken(29.97, 33_367, matroska)).hasSize(3000);
  }

  @Test
  void shouldTakeEveryFrameOnceWhenACameraJitters() {
    Random random = new Random(1);
    LongStream jittering =
        frames(25, 1, 1000).map(micros -> micros + random.nextInt(-15_000, 15_000));

    assertThat(taken(25, 40_000, jittering)).hasSize(1000);
  }

  @Test
  void shouldNotRepeatOrCatchUpWhenTheSourcePauses() {
    LongStream times =
        LongStream.concat(frames(10, 1, 10), frames(10, 1, 10).map(t -> t + 46_000_000));

    List<Long> taken = taken(2, 100_000, times);

    assertThat(taken).containsExactly(0L, 500_000L, 900_000L, 46_000_000L, 46_500_000L);
  }

  @Test
  void shouldSpaceFramesWhenTheSourcesRateIsUnknown() {
    assertThat(taken(1, 40_000, frames(25, 1, 250))).hasSize(10);
  }

  @Test
  void shouldTakeTheNearestFrameWhenTheRateVaries() {
    // given 25 frames/s with a pause of 30 s, whose mean rate is below 2 frames/s
    LongStream times =
        LongStream.concat(frames(25, 1, 25), frames(25, 1, 25).map(t -> t + 31_000_000));

    List<Long> taken = taken(2, 40_000, times);

    // 0.96 s is nearest to 1 s; nothing is near the multiples of the pause
    assertThat(taken).containsExactly(0L, 480_000L, 960_000L, 31_000_000L, 31_480_000L);
  }

  @Test
  void shouldTakeTheNearestFrameOfEveryMultipleWhenTimesAreAnyHow() {
    Random random = new Random(2);
    long[] times = LongStream.range(0, 3000).map(i -> 10_000 * i + random.nextInt(9_000)).toArray();
    for (double fps : new double[] {0.7, 3, 7.3, 29.97}) {
      List<Long> taken = taken(fps, 1, Arrays.stream(times));

      List<Long> nearest = new ArrayList<>();
      for (int slot = 0; slot * 1e6 / fps <= times[times.length - 1]; slot++) {
        double multiple = slot * 1e6 / fps;
        nearest.add(
            Arrays.stream(times)
                .boxed()
                .min(Comparator.comparingDouble(t -> Math.abs(t - multiple)))
                .orElseThrow());
      }
      assertThat(taken).as("%s frames/s", fps).startsWith(nearest.toArray(Long[]::new));
    }
  }

  @Test
  void shouldGiveEachPictureOnceWhenASlideShowIsSlower() {
    long[] slides = {0, 1_100_000, 2_300_000, 3_200_000, 4_900_000};

    assertThat(taken(2, 2_000_000, Arrays.stream(slides)))
        .containsExactly(0L, 1_100_000L, 2_300_000L, 3_200_000L, 4_900_000L);
    assertThat(taken(1, 2_000_000, Arrays.stream(slides))).hasSize(5);
    assertThat(taken(0.5, 2_000_000, Arrays.stream(slides)))
        .containsExactly(0L, 2_300_000L, 3_200_000L);
  }

  @Test
  void shouldStartAnewWhenTheClockJumpsBack() {
    FrameSampler sampler = new FpsSampler(1);

    assertThat(sampler.choose(100_000_000)).isEqualTo(Choice.TAKE);
    assertThat(sampler.choose(99_500_000)).isEqualTo(Choice.SKIP);
    assertThat(sampler.choose(0)).isEqualTo(Choice.TAKE);
    assertThat(sampler.choose(40_000)).isEqualTo(Choice.SKIP);
    assertThat(sampler.choose(960_000)).isEqualTo(Choice.HOLD);
    assertThat(sampler.releases(1_000_000)).isFalse();
    assertThat(sampler.choose(1_000_000)).isEqualTo(Choice.TAKE);
    assertThat(sampler.choose(1_960_000)).isEqualTo(Choice.HOLD);
    assertThat(sampler.releases(0)).isTrue();
  }

  private static LongStream frames(int numerator, int denominator, int count) {
    return LongStream.range(0, count).map(i -> Math.round(i * 1e6 * denominator / numerator));
  }

  /** Does what the reader does. */
  private static List<Long> taken(double fps, long lastShownMicros, LongStream times) {
    FrameSampler sampler = new FpsSampler(fps);
    List<Long> taken = new ArrayList<>();
    long[] held = new long[1];
    times.forEach(
        micros -> {
          if (sampler.releases(micros)) {
            taken.add(held[0]);
          }
          Choice choice = sampler.choose(micros);
          if (choice == Choice.TAKE) {
            taken.add(micros);
          } else if (choice == Choice.HOLD) {
            held[0] = micros;
          }
        });
    if (sampler.releasesAtEnd(lastShownMicros)) {
      taken.add(held[0]);
    }
    return taken;
  }
}
