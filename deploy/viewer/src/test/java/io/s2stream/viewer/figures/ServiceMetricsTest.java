package io.s2stream.viewer.figures;

import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class ServiceMetricsTest {
  private static final byte[] SCRAPE = "s2_x_total 2.0\n".getBytes(StandardCharsets.UTF_8);

  private final CountDownLatch end = new CountDownLatch(1);
  private HttpServer whole;
  private HttpServer stuck;

  @BeforeEach
  void serve() throws Exception {
    whole = server(SCRAPE.length);
    stuck = server(SCRAPE.length + 1);
  }

  @AfterEach
  void stop() {
    end.countDown();
    whole.stop(0);
    stuck.stop(0);
  }

  /** Sends the scrape, and nothing more of a body that is said to be longer. */
  private HttpServer server(int length) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, length);
          OutputStream body = exchange.getResponseBody();
          body.write(SCRAPE);
          body.flush();
          if (length > SCRAPE.length) {
            awaitEnd();
          }
          exchange.close();
        });
    server.start();
    return server;
  }

  private void awaitEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String url(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/metrics";
  }

  @Test
  void shouldLeaveOutServicesThatDontAnswerToTheEnd() throws Exception {
    ServiceMetrics services =
        new ServiceMetrics(
            List.of(url(stuck), "http://127.0.0.1:1/metrics", url(whole)),
            List.of(() -> "s2_x_total 5.0\n"));

    // A busy machine may take more than a second for the one that answers.
    double found = 0;
    while (found != 7) {
      found = services.ask().get("s2_x_total");
      assertThat(found).isIn(5.0, 7.0);
    }
  }
}
