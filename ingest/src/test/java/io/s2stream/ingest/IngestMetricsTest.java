package io.s2stream.ingest;

import java.util.Set;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.meters.StreamLabels;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class IngestMetricsTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final IngestMetrics metrics = new IngestMetrics(meters, 2);

  private double sampled(String label) {
    var counter = meters.find(IngestMetrics.SAMPLED).tag("stream", label).counter();
    return counter == null ? -1 : counter.count();
  }

  @Test
  void shouldKeepTheNumberOfSeriesWithTenThousandStreams() {
    metrics.forStream("one");
    int perStream = meters.getMeters().size();

    for (int i = 0; i < 10_000; i++) {
      metrics.forStream("cam-" + i).sampled().increment();
    }

    assertThat(meters.getMeters()).hasSize(3 * perStream);
    assertThat(sampled("cam-0")).isOne();
    assertThat(sampled(StreamLabels.OTHER)).isEqualTo(9_999);
  }

  @Test
  void shouldGiveTheLabelOfAnEntryThatIsGoneToOneThatComes() {
    metrics.forStream("a");
    metrics.forStream("b");
    metrics.lastFrameAge(metrics.label("b"), () -> 1);
    metrics.forStream("c").sampled().increment();

    metrics.keep(Set.of("a", "c"));
    metrics.forStream("d").sampled().increment();

    assertThat(sampled("b")).isEqualTo(-1);
    assertThat(meters.find(IngestMetrics.LAST_FRAME_AGE).gauge()).isNull();
    assertThat(sampled("d")).isOne();
    assertThat(sampled(StreamLabels.OTHER)).isOne();
    metrics.keep(Set.of("a", "d"));
    assertThat(sampled(StreamLabels.OTHER)).isEqualTo(-1);
  }
}
