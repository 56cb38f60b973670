package io.s2stream.meters;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StreamLabelsTest {
  private final StreamLabels labels = new StreamLabels(2);

  @Test
  void shouldGiveTheFirstStreamsTheirOwnAndAllOthersOne() {
    assertThat(IntStream.range(0, 10_000).mapToObj(i -> labels.of("cam-" + i)).distinct())
        .containsExactly("cam-0", "cam-1", StreamLabels.OTHER);
    assertThat(labels.of("cam-1")).isEqualTo("cam-1");
  }

  @Test
  void shouldGiveTheLabelOfAStreamThatIsGoneToAnother() {
    labels.of("a");
    labels.of("b");

    labels.free("a");

    assertThat(labels.of("c")).isEqualTo("c");
    assertThat(labels.of("d")).isEqualTo(StreamLabels.OTHER);
  }
}
