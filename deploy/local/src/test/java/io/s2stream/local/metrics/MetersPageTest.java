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
    return Stream.of(Meters.ingest(), Meters.processor(), Meters.shared())
        .flatMap(registry -> registry.getMeters().stream())
        .filter(meter -> meter.getId().getName().startsWith("s2."))
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
                  .isSubsetOf(
                      "stream",
                      "reason",
                      "phase",
                      "device",
                      "gpu",
                      "version",
                      "tower",
                      "tower.sha256");
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

        `stream` is at ingest an entry of `streams`, at the processor a stream, for the first `max-stream-labels` of them (500 and
        100); all others share `other`. `reason` and `phase` have few values, fixed by the program; `device` is the number
        of an instance of the tower, in the order of `tower.devices`, `gpu` the driver's number. The number of series is bounded: some 17 for each entry at ingest, 3 for each
        stream at the processor, and some 250 besides.

        ## Ingest

        """
            + Meters.table(Meters.ingest())
            + "\n## Processor\n\n"
            + Meters.table(Meters.processor())
            + """

            Memory and utilisation of GPUs come from `nvidia-smi`, asked every 15 s; without it, or on the CPU, there are none. In
            pods NVIDIA's runtime provides it with the driver capability `utility`.

            ## Both: process and Kafka

            Ingest has the `s2.kafka.producer.*` among them. Each is one number for the process, whatever its clients, threads and
            partitions.

            """
            + Meters.table(Meters.shared())
            + """

            Besides, Micrometer's meters of the JVM (`jvm.memory.*`, `jvm.buffer.*`, `jvm.gc.*`, `jvm.threads.*`), of processor
            time (`process.cpu.*`, `system.cpu.*`, `system.load.average.1m`), descriptors (`process.files.*`) and uptime.

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
