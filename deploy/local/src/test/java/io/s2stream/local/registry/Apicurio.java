package io.s2stream.local.registry;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

import io.s2stream.local.EmbeddedBroker;
import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/** Apicurio Registry's server in memory, as a process of its own; Maven unpacks it. */
final class Apicurio implements AutoCloseable {
  private static final Path HOME = Path.of("target", "apicurio");

  private final Process process;
  private final int port;
  private final HttpClient http = HttpClient.newHttpClient();

  private Apicurio(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static Apicurio start() throws IOException {
    Path runner;
    try (Stream<Path> files = Files.list(HOME)) {
      runner = files.filter(f -> f.toString().endsWith("-runner.jar")).findFirst().orElseThrow();
    }
    int port = EmbeddedBroker.freePort();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-jar",
                runner.getFileName().toString())
            .directory(HOME.toFile())
            .redirectErrorStream(true)
            .redirectOutput(HOME.resolve("output.log").toFile())
            .start();
    Apicurio apicurio = new Apicurio(process, port);
    try {
      Awaitility.await("Apicurio to answer")
          .atMost(Duration.ofMinutes(3))
          .pollInterval(Duration.ofMillis(300))
          .until(apicurio::answers);
      return apicurio;
    } catch (RuntimeException e) {
      apicurio.close();
      throw e;
    }
  }

  private boolean answers() {
    assertThat(process.isAlive()).as("see target/apicurio/output.log").isTrue();
    try {
      return call("GET", "/subjects", "") == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Status of a call of Confluent's API. */
  int call(String method, String path, String body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url() + path))
            .method(method, BodyPublishers.ofString(body))
            .header("Content-Type", "application/json")
            .build();
    return http.send(request, BodyHandlers.discarding()).statusCode();
  }

  /** Base of Confluent's API. */
  String url() {
    return "http://127.0.0.1:" + port + "/apis/ccompat/v7";
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
