package io.s2stream.viewer.figures;

import java.util.List;
import java.util.Map;
import java.util.Set;

import io.s2stream.viewer.features.Records;
import io.s2stream.viewer.subscribe.Place;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SystemFiguresTest {
  private static final TopicPartition FIRST = new TopicPartition("s2.frames", 0);
  private static final TopicPartition SECOND = new TopicPartition("s2.frames", 1);

  private final SystemFigures figures = new SystemFigures();

  private Set<TopicPartition> end(TopicPartition partition, long offset) {
    return figures.update(
        Map.of(partition, offset), Map.of(), new PrometheusText(), "s2.frames", 0, 0);
  }

  private static StreamFigures stream(TopicPartition partition, long offset) {
    StreamFigures stream = new StreamFigures();
    stream.saw(
        Records.record(1, 1, 1, new float[][] {{1}}), 0, true, new Place(partition, offset, 0));
    return stream;
  }

  @Test
  void shouldLetNoSilentStreamWaitForTheFramesOfOthers() {
    end(FIRST, 10);

    assertThat(figures.waiting(List.of(stream(FIRST, 3), stream(FIRST, 8), stream(SECOND, 1))))
        .containsExactly(1.0, 1.0, Double.NaN);
  }

  @Test
  void shouldKnowNoLagOfATopicThatWasMadeAgainUntilThereIsARecordOfIt() {
    StreamFigures stream = stream(FIRST, 8);
    assertThat(end(FIRST, 10)).isEmpty();

    Set<TopicPartition> anew = end(FIRST, 2);
    stream.forgetFramesIn(anew);

    assertThat(anew).containsExactly(FIRST);
    assertThat(figures.waiting(List.of(stream))).containsExactly(Double.NaN);
    assertThat(figures.waiting(List.of(stream(FIRST, 0)))).containsExactly(1.0);
  }
}
