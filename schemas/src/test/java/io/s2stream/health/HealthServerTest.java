package io.s2stream.health;

import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

import io.s2stream.config.InvalidSettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(20)
class HealthServerTest {
  private static final HttpConfig ANY_PORT = new HttpConfig("127.0.0.1", 0);

  @Test
  void shouldTellWhatTheServiceWaitsForAndWhenItIsReady() throws Exception {
    try (HealthServer server = HealthServer.start(ANY_PORT, () -> "frames_total 7\n")) {
      assertAnswer(server, "/livez", 200, "starting");
      assertAnswer(server, "/startupz", 503, "starting");

      server.health().started();
      server.health().waitFor("Kafka", "connection refused");
      assertAnswer(server, "/startupz", 200, "waiting for Kafka: connection refused");
      assertAnswer(server, "/readyz", 503, "waiting for Kafka: connection refused");
      assertAnswer(server, "/livez", 200, "waiting for Kafka");

      server.health().works("Kafka");
      assertAnswer(server, "/readyz", 200, "ready");
      assertAnswer(server, "/metrics", 200, "frames_total 7");

      server.health().failed("too often");
      assertAnswer(server, "/livez", 503, "failed: too often");
      assertAnswer(server, "/readyz", 503, "failed: too often");
    }
  }

  @Test
  void shouldServeNothingElse() throws Exception {
    try (HealthServer server = HealthServer.start(ANY_PORT, () -> "")) {
      assertAnswer(server, "/", 404, "");
      assertAnswer(server, "/readyz/more", 404, "not here");
      HttpRequest post =
          HttpRequest.newBuilder(uri(server, "/livez"))
              .POST(HttpRequest.BodyPublishers.ofString("x"))
              .build();
      assertThat(send(post).statusCode()).isEqualTo(405);
    }
  }

  @Test
  void shouldHaveNoPortUnlessOneIsConfigured() {
    try (HealthServer server = HealthServer.start(new HttpConfig("127.0.0.1", null), () -> "")) {
      assertThat(server.port()).isEqualTo(-1);
      assertThat(server.health().isReady()).isFalse();
    }
  }

  @Test
  void shouldRefuseAPortThatIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      HttpConfig config = new HttpConfig("0.0.0.0", taken.getLocalPort());

      assertThatThrownBy(() -> HealthServer.start(config, () -> ""))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageContaining("http: can't listen on 0.0.0.0:" + taken.getLocalPort());
    }
  }

  private static void assertAnswer(HealthServer server, String path, int status, String text)
      throws Exception {
    HttpResponse<String> answer = send(HttpRequest.newBuilder(uri(server, path)).build());
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).contains(text);
  }

  private static URI uri(HealthServer server, String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }
}
