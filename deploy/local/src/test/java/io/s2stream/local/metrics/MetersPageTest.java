package io.s2stream.local.metrics;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.micrometer.core.instrument.Meter;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Holds docs/metrics.md equal to the meters; {@code -Ddocs.update} writes it anew. */
class MetersPageTest {
  private static final Path PAGE = Path.of("../../docs/metrics.md");

  private static List<Meter> all() {
    return Stream.of(Meters.ingest(), Meters.processor())
        .flatMap(registry -> registry.getMeters().stream())
        .toList();
  }

  @Test
  void shouldDescribeEveryMeterAndBoundItsTags() {
    assertThat(all())
        .isNotEmpty()
        .allSatisfy(
            meter -> {
              assertThat(meter.getId().getDescription()).as(meter.getId().getName()).isNotBlank();
              assertThat(meter.getId().getTags())
                  .extracting(tag -> tag.getKey())
                  .isSubsetOf("stream", "reason", "phase");
            });
  }

  @Test
  void shouldListEveryMeter() throws Exception {
    String expected =
        """
        # Metrics

        Generated from the meters themselves; a test holds this page equal to them.

        With `http.port` set, each service shows them on `/metrics` in Prometheus' text format; see
        [operations](operations.md). A counter starts with the service. `_max` of a timer or summary is the largest of the last
        two to three minutes.

        `stream` has a value for each entry of `streams` that this ingest reads; at the processor for the first
        `late.max-stream-labels` streams, all others share `other`. `reason` and `phase` have few values, fixed by the program.
        Nothing else is a tag: the number of series is bounded.

        ## Ingest

        """
            + Meters.table(Meters.ingest())
            + "\n## Processor\n\n"
            + Meters.table(Meters.processor())
            + """

            ## Dashboard and alerts

            `helm/s2-stream/dashboards/s2-stream.json` for Grafana and `helm/s2-stream/rules/alerts.yaml` for Prometheus; the chart
            installs both (`dashboards.enabled`, `prometheusRule.enabled`). Tests check each query against the meters that there
            are, the rules with `promtool`, and all of it with a real Prometheus that scrapes both services.
            """;
    if (System.getProperty("docs.update") != null) {
      Files.writeString(PAGE, expected);
    }
    assertThat(PAGE).content().isEqualTo(expected);
  }
}
