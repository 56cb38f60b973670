package io.s2stream.local.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.s2stream.local.EmbeddedBroker;

/** A Prometheus process on a loopback port, with our alert rules. */
record RunningPrometheus(Process process, int port) implements AutoCloseable {

  /**
   * @param executable of Prometheus
   * @param dir an empty folder for its configuration and data
   * @param targets loopback ports to scrape, each second
   */
  static RunningPrometheus start(Path executable, Path dir, List<Integer> targets)
      throws IOException {
    int port = EmbeddedBroker.freePort();
    String addresses =
        String.join(", ", targets.stream().map(target -> "\"127.0.0.1:" + target + "\"").toList());
    Path config =
        Files.writeString(
            dir.resolve("prometheus.yaml"),
            """
            global: {scrape_interval: 1s, evaluation_interval: 1s}
            rule_files: ["%s"]
            scrape_configs: [{job_name: s2-stream, static_configs: [{targets: [%s]}]}]
            """
                .formatted(
                    Queries.RULES.resolve("alerts.yaml").toAbsolutePath().normalize(), addresses));
    Process process =
        new ProcessBuilder(
                executable.toString(),
                "--config.file=" + config,
                "--storage.tsdb.path=" + dir.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("prometheus.log").toFile())
            .start();
    return new RunningPrometheus(process, port);
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    process.waitFor();
  }
}
