package io.s2stream.health;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.s2stream.config.InvalidSettingException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers over HTTP what the service can do: {@code /livez} (200 unless it has given up), {@code
 * /startupz} (200 once it came up), {@code /readyz} (200 while it can work; the body says what it
 * waits for), {@code /metrics} (Prometheus' text format). Only GET and HEAD; nothing changes
 * anything. Two requests at a time. Thread-safe.
 */
public final class HealthServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HealthServer.class);
  private static final int THREADS = 2;
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

  private final Health health;
  private final @Nullable BoundedHttpServer server;

  private record Answer(int status, String type, String body) {}

  private HealthServer(Health health, @Nullable BoundedHttpServer server) {
    this.health = health;
    this.server = server;
  }

  /**
   * Starts to answer, if a port is configured; without one there is only the {@link #health()}.
   *
   * @param metrics all meters in Prometheus' text format
   * @throws InvalidSettingException if the address can't be listened on
   */
  public static HealthServer start(HttpConfig config, Supplier<String> metrics) {
    Health health = new Health();
    Integer port = config.port();
    if (port == null) {
      return new HealthServer(health, null);
    }
    Map<String, Supplier<Answer>> answers =
        Map.of(
            "/livez", () -> answer(health.isLive(), health),
            "/startupz", () -> answer(health.isStarted(), health),
            "/readyz", () -> answer(health.isReady(), health),
            "/metrics", () -> new Answer(200, METRICS, metrics.get()));
    Map<String, HttpHandler> handlers = new HashMap<>();
    answers.forEach((path, answer) -> handlers.put(path, handler(path, answer)));
    BoundedHttpServer server =
        BoundedHttpServer.start("http", config.host(), port, THREADS, handlers);
    LOG.info("Health and meters on http://{}:{}", config.host(), server.port());
    return new HealthServer(health, server);
  }

  private static Answer answer(boolean well, Health health) {
    return new Answer(well ? 200 : 503, TEXT, health.describe() + "\n");
  }

  private static HttpHandler handler(String path, Supplier<Answer> answer) {
    return exchange -> {
      try (exchange) {
        send(exchange, path, answer);
      }
    };
  }

  private static void send(HttpExchange exchange, String path, Supplier<Answer> answer)
      throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    Answer found;
    if (!exchange.getRequestURI().getPath().equals(path)) {
      found = new Answer(404, TEXT, "not here\n");
    } else if (!head && !exchange.getRequestMethod().equals("GET")) {
      found = new Answer(405, TEXT, "GET only\n");
    } else {
      found = answer.get();
    }
    byte[] body = found.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", found.type());
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(found.status(), head ? -1 : body.length);
    if (!head) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  /** What is told. */
  public Health health() {
    return health;
  }

  /** The port that is listened on; -1 without one. */
  public int port() {
    return server == null ? -1 : server.port();
  }

  /** Frees the port; requests under way are cut off. */
  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }
}
