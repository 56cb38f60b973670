package io.s2stream.faults.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * What a processor says of itself at {@code /readyz}.
 *
 * @param port of its HTTP server on the loopback address
 */
public record Readiness(int port) {
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

  /**
   * Waits until it answers so.
   *
   * @param status 200 or 503
   * @return what it says beside
   * @throws IOException when it doesn't in time; says what the last answer was
   */
  public String await(int status, Duration timeout) throws IOException, InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/readyz"))
            .timeout(ANSWER_TIMEOUT)
            .build();
    long deadline = System.nanoTime() + timeout.toNanos();
    String last;
    do {
      try {
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        last = answer.statusCode() + " " + answer.body().strip();
        if (answer.statusCode() == status) {
          return last;
        }
      } catch (IOException e) {
        last = "nothing: " + e;
      }
      Thread.sleep(200);
    } while (System.nanoTime() < deadline);
    throw new IOException(
        "/readyz did not answer %d within %s, but %s".formatted(status, timeout, last));
  }
}
