package io.s2stream.ingest.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;

import io.s2stream.ingest.source.FrameSampler.Choice;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FrameSamplerTest {

  @Test
  void shouldTakeTheNearestFrameToEachMultipleWhenTheSourceIsFaster() {
    // 30 frames/s to 20: a chain of minimum distances would give 15
    List<Long> taken = taken(20, 30, frames(30, 1, 30));

    assertThat(taken).hasSize(20);
    for (int slot = 0; slot < 20; slot++) {
      assertThat((double) taken.get(slot)).isBetween(slot * 5e4 - 16_668, slot * 5e4 + 16_668);
    }
  }

  @Test
  void shouldTakeEveryFrameOnceWhenTimesAreRoundedToMilliseconds() {
    LongStream matroska = frames(30_000, 1001, 3000).map(micros -> Math.round(micros / 1e3) * 1000);

    assertThat(taken(29.97, 29.97, matroska)).hasSize(3000);
  }

  @Test
  void shouldTakeEveryFrameOnceWhenACameraJitters() {
    Random random = new Random(1);
    LongStream jittering =
        frames(25, 1, 1000).map(micros -> micros + random.nextInt(-15_000, 15_000));

    assertThat(taken(25, 25, jittering)).hasSize(1000);
  }

  @Test
  void shouldNotRepeatOrCatchUpWhenTheSourcePauses() {
    LongStream times =
        LongStream.concat(frames(10, 1, 10), frames(10, 1, 10).map(t -> t + 46_000_000));

    List<Long> taken = taken(2, 10, times);

    assertThat(taken).containsExactly(0L, 500_000L, 46_000_000L, 46_500_000L);
  }

  @Test
  void shouldSpaceFramesWhenTheSourcesRateIsUnknown() {
    assertThat(taken(1, 0, frames(25, 1, 250))).hasSize(10);
  }

  @Test
  void shouldStartAnewWhenTheClockJumpsBack() {
    FrameSampler sampler = new FrameSampler(1, 25);

    assertThat(sampler.choose(100_000_000)).isEqualTo(Choice.TAKE);
    assertThat(sampler.choose(99_500_000)).isEqualTo(Choice.SKIP);
    assertThat(sampler.choose(0)).isEqualTo(Choice.TAKE_NEW_TIMELINE);
    assertThat(sampler.choose(40_000)).isEqualTo(Choice.SKIP);
    assertThat(sampler.choose(1_000_000)).isEqualTo(Choice.TAKE);
  }

  private static LongStream frames(int numerator, int denominator, int count) {
    return LongStream.range(0, count).map(i -> Math.round(i * 1e6 * denominator / numerator));
  }

  private static List<Long> taken(double fps, double sourceFps, LongStream times) {
    FrameSampler sampler = new FrameSampler(fps, sourceFps);
    List<Long> taken = new ArrayList<>();
    times.forEach(
        micros -> {
          if (sampler.choose(micros) != Choice.SKIP) {
            taken.add(micros);
          }
        });
    return taken;
  }
}
