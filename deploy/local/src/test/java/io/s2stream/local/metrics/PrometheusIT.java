package io.s2stream.local.metrics;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.s2stream.config.ConfigParser;
import io.s2stream.ingest.IngestApp;
import io.s2stream.ingest.IngestConfig;
import io.s2stream.ingest.synthetic.SyntheticClip;
import io.s2stream.local.EmbeddedBroker;
import io.s2stream.local.LocalStack;
import io.s2stream.processor.ProcessorApp;
import io.s2stream.processor.ProcessorConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A real Prometheus scrapes both services while they work, takes our alert rules, and answers every
 * query of dashboard and alerts. Skipped, saying so, where Debian's package prometheus is missing.
 */
class PrometheusIT {
  private static final Path PROMETHEUS = Path.of("/usr/bin/prometheus");
  private static final Path PROMTOOL = Path.of("/usr/bin/promtool");
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final HttpClient http = HttpClient.newHttpClient();
  @TempDir private Path dir;

  @Test
  void shouldPassPrometheusOwnChecksOfTheRules() throws Exception {
    assumeTrue(Files.isExecutable(PROMTOOL), "promtool (Debian's prometheus) isn't installed");

    run(Queries.RULES, PROMTOOL.toString(), "check", "rules", "alerts.yaml");
    run(Queries.RULES, PROMTOOL.toString(), "test", "rules", "alerts-test.yaml");
  }

  @Test
  void shouldBeScrapedByARealPrometheusThatAnswersEveryQuery() throws Exception {
    assumeTrue(Files.isExecutable(PROMETHEUS), "Debian's prometheus isn't installed");
    int ingestPort = EmbeddedBroker.freePort();
    int processorPort = EmbeddedBroker.freePort();
    Path clip = dir.resolve("clip.mp4");
    SyntheticClip.of(320, 240, 10, Duration.ofSeconds(4)).write(clip);

    try (LocalStack stack = LocalStack.start();
        ProcessorApp processor = ProcessorApp.start(processor(stack, processorPort));
        IngestApp ingest = IngestApp.start(ingest(stack, ingestPort, clip))) {
      for (int port : List.of(ingestPort, processorPort)) {
        Path scrape = Files.writeString(dir.resolve("scrape"), get(port, "/metrics"));
        assertThat(Meters.sampleNames(Files.readString(scrape))).isNotEmpty();
        runWithInput(scrape, PROMTOOL.toString(), "check", "metrics");
      }
      try (RunningPrometheus prometheus =
          RunningPrometheus.start(PROMETHEUS, dir, List.of(ingestPort, processorPort))) {
        await()
            .atMost(PATIENCE)
            .ignoreExceptions()
            .until(
                () ->
                    value(prometheus, "sum(s2_processor_frames_total)") == 8
                        && value(prometheus, "sum(s2_ingest_frames_published_total)") == 8);
        assertThat(value(prometheus, "count(up == 1)")).isEqualTo(2);
        shouldTellOfKafkaAndTheProcess(prometheus);
        for (String query : Queries.all()) {
          assertThat(query(prometheus, query).path("status").asText()).isEqualTo("success");
        }
        assertThat(
                new ObjectMapper()
                    .readTree(get(prometheus.port(), "/api/v1/rules"))
                    .at("/data/groups/0/rules"))
            .hasSizeGreaterThan(5)
            .allSatisfy(rule -> assertThat(rule.path("lastError").asText()).isEmpty());
      }
      assertThat(ingest.awaitFinished(Duration.ofMinutes(1))).isTrue();
      assertThat(processor.failure()).isNull();
    }
  }

  private void shouldTellOfKafkaAndTheProcess(RunningPrometheus prometheus) throws Exception {
    // Of the 8 frames' records and the end mark. What the consumer says of its lag is older.
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                value(prometheus, "sum(s2_processor_acknowledged_latency_seconds_count)") == 9
                    && value(prometheus, "s2_kafka_consumer_lag") == 0);
    assertThat(value(prometheus, "sum(s2_processor_stream_frames_total{stream=\"lobby\"})"))
        .isEqualTo(8);
    assertThat(value(prometheus, "sum(s2_kafka_consumer_partitions)")).isOne();
    assertThat(value(prometheus, "s2_kafka_streams_threads_alive")).isOne();
    assertThat(value(prometheus, "count(s2_processor_tile_limit)")).isEqualTo(2);
    assertThat(value(prometheus, "count(s2_build_info{version!=\"\"})")).isEqualTo(2);
    assertThat(value(prometheus, "count(s2_build_info{tower_sha256=~\"[0-9a-f]{64}\"})")).isOne();
    assertThat(value(prometheus, "min(s2_process_resident_memory_bytes)")).isGreaterThan(1e8);
    assertThat(value(prometheus, "sum(s2_kafka_producer_errors_total)")).isZero();
  }

  private static ProcessorConfig processor(LocalStack stack, int port) throws Exception {
    return ConfigParser.parse(
        """
        kafka: {bootstrap.servers: "%s", schema.registry.url: "%s"}
        topics: {partitions: 1}
        tower: {model-dir: ../../processor/src/main/model/demo-vit, threads: 1, devices: [cpu, cpu]}
        http: {port: %d}
        """
            .formatted(stack.bootstrapServers(), stack.registryUrl(), port),
        "processor",
        ProcessorConfig.class,
        Map.of());
  }

  private static IngestConfig ingest(LocalStack stack, int port, Path clip) throws Exception {
    return ConfigParser.parse(
        """
        kafka: {bootstrap.servers: "%s", schema.registry.url: "%s"}
        topics: {partitions: 1}
        image-size: [448]
        http: {port: %d}
        streams: [{id: lobby, uri: "%s"}]
        """
            .formatted(stack.bootstrapServers(), stack.registryUrl(), port, clip),
        "ingest",
        IngestConfig.class,
        Map.of());
  }

  private JsonNode query(RunningPrometheus prometheus, String query) throws Exception {
    return new ObjectMapper()
        .readTree(
            get(
                prometheus.port(),
                "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8)));
  }

  private double value(RunningPrometheus prometheus, String query) throws Exception {
    return query(prometheus, query).at("/data/result/0/value/1").asDouble(-1);
  }

  private String get(int port, String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(20))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  private static void run(Path folder, String... command) throws Exception {
    finish(new ProcessBuilder(command).directory(folder.toFile()));
  }

  private static void runWithInput(Path input, String... command) throws Exception {
    finish(new ProcessBuilder(command).redirectInput(input.toFile()));
  }

  private static void finish(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }
}
