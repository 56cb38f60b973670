package io.s2stream.health;

import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

class BoundedHttpServerTest {

  @Test
  @Timeout(30)
  void shouldAnswerOthersSoonWhenARequestNeverEnds() throws Exception {
    try (BoundedHttpServer server =
            BoundedHttpServer.start(
                "http",
                "127.0.0.1",
                0,
                1,
                Map.of(
                    "/x",
                    exchange -> {
                      try (exchange) {
                        exchange.getRequestBody().readAllBytes();
                        exchange.sendResponseHeaders(204, -1);
                      }
                    }));
        Socket slow = new Socket("127.0.0.1", server.port())) {
      // given a body that is announced and does not come, which holds the only thread
      slow.getOutputStream()
          .write(
              "PUT /x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));

      HttpResponse<Void> other =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/x"))
                      .build(),
                  HttpResponse.BodyHandlers.discarding());

      assertThat(other.statusCode()).isEqualTo(204);
    }
  }
}
