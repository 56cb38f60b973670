package io.s2stream.viewer.figures;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PrometheusTextTest {
  @Test
  void shouldAddUpSamplesOfOneNameAndTakeTheLargestMaximum() {
    PrometheusText text = new PrometheusText();
    text.add(
        "ingest",
        """
        # HELP s2_x_total Things
        # TYPE s2_x_total counter
        s2_x_total{stream="a b} c",reason="r"} 2.0
        s2_x_total{stream="other"} 3.5 1700000000
        s2_y_seconds_max 4.0
        process_cpu_usage NaN
        broken
        """);
    text.add("processor", "s2_x_total 1\ns2_y_seconds_max 2.0\n");

    assertThat(text.get("s2_x_total")).isEqualTo(6.5);
    assertThat(text.mean("s2_x_total")).isEqualTo(6.5 / 3);
    assertThat(text.get("s2_y_seconds_max")).isEqualTo(4);
    assertThat(text.get("process_cpu_usage")).isNaN();
    assertThat(text.get("broken")).isNaN();
  }

  @Test
  void shouldKeepWhatIngestDroppedOfEachStream() {
    PrometheusText text = new PrometheusText();
    text.add(
        "ingest",
        """
        s2_ingest_frames_overrun_total{stream="lobby"} 2.0
        s2_ingest_frames_overrun_total{device="0",stream="a \\"b\\\\n, c}"} 3.0
        s2_ingest_frames_sampled_total{stream="yard"} 4.0
        """);

    assertThat(text.overrun("lobby")).isEqualTo(2);
    assertThat(text.overrun("a \"b\\n, c}")).isEqualTo(3);
    assertThat(text.overrun("yard")).isNaN();
    assertThat(text.get("s2_ingest_frames_overrun_total")).isEqualTo(5);
  }

  @Test
  void shouldKnowWhatServicesGrewByThatDontAlwaysAnswer() {
    Progression progression = new Progression();
    String[][] scrapes = {
      {"10", "5000"}, {"12", ""}, {"13", "5040"}, {"13", "5050"}, {"3", "5051"}
    };
    List<Double> growth = new ArrayList<>();

    for (String[] scrape : scrapes) {
      PrometheusText text = new PrometheusText();
      for (int service = 0; service < 2; service++) {
        if (!scrape[service].isEmpty()) {
          text.add("service " + service, "s2_x_total " + scrape[service] + "\n");
        }
      }
      growth.add(progression.growth("s2_x_total", text.bySource("s2_x_total")));
    }

    assertThat(growth).containsExactly(Double.NaN, 2.0, 1.0, 10.0, 1.0);
  }
}
