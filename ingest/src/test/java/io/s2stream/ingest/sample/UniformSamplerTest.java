package io.s2stream.ingest.sample;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.s2stream.ingest.sample.FrameSampler.Choice;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class UniformSamplerTest {

  @ParameterizedTest
  @CsvSource({
    // numpy.round(numpy.linspace(0, n - 1, N)), as numpy itself gives it
    "100, 8, 0 14 28 42 57 71 85 99",
    "6, 11, 0 0 1 2 2 2 3 4 4 4 5",
    "7, 3, 0 3 6",
    "1, 4, 0 0 0 0",
    "5, 5, 0 1 2 3 4",
    "2, 7, 0 0 0 0 1 1 1",
    "11, 1, 0"
  })
  void shouldTakeTheFramesOfNumpysRule(int frames, int wanted, String expected) {
    UniformSampler sampler = new UniformSampler(frames, wanted);

    List<Integer> taken = new ArrayList<>();
    for (int frame = 0; frame < frames; frame++) {
      assertThat(sampler.finished()).isEqualTo(taken.size() == wanted);
      if (sampler.choose(frame * 40_000L) == Choice.TAKE) {
        for (int i = 0; i < sampler.copies(); i++) {
          taken.add(frame);
        }
      }
    }

    assertThat(taken)
        .containsExactlyElementsOf(
            Arrays.stream(expected.split(" ", -1)).map(Integer::valueOf).toList());
    assertThat(sampler.finished()).isTrue();
  }
}
