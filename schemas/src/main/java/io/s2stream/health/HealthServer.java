package io.s2stream.health;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.s2stream.config.InvalidSettingException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers over HTTP what the service can do: {@code /livez} (200 unless it has given up), {@code
 * /startupz} (200 once it came up), {@code /readyz} (200 while it can work; the body says what it
 * waits for), {@code /metrics} (Prometheus' text format). Only GET and HEAD; nothing changes
 * anything. Two requests at a time, a few more wait, others are cut off. Thread-safe.
 */
public final class HealthServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HealthServer.class);
  private static final int THREADS = 2;
  private static final int WAITING = 16;
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

  private final Health health;
  private final @Nullable HttpServer server;
  private final @Nullable ThreadPoolExecutor threads;

  private record Answer(int status, String type, String body) {}

  private HealthServer(
      Health health, @Nullable HttpServer server, @Nullable ThreadPoolExecutor threads) {
    this.health = health;
    this.server = server;
    this.threads = threads;
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
      return new HealthServer(health, null, null);
    }
    // The JDK's server waits for ever for a slow request unless told otherwise, before it starts.
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    System.setProperty("sun.net.httpserver.maxRspTime", "30");
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(config.host(), port), WAITING);
    } catch (IOException | RuntimeException e) {
      throw new InvalidSettingException(
          "http", "can't listen on " + config.host() + ":" + port + ": " + e.getMessage());
    }
    ThreadPoolExecutor threads = threads();
    serve(server, "/livez", () -> answer(health.isLive(), health));
    serve(server, "/startupz", () -> answer(health.isStarted(), health));
    serve(server, "/readyz", () -> answer(health.isReady(), health));
    serve(server, "/metrics", () -> new Answer(200, METRICS, metrics.get()));
    server.setExecutor(threads);
    server.start();
    HealthServer started = new HealthServer(health, server, threads);
    LOG.info("Health and meters on http://{}:{}", config.host(), started.port());
    return started;
  }

  private static ThreadPoolExecutor threads() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            task -> {
              Thread thread = new Thread(task, "s2-http");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  private static Answer answer(boolean well, Health health) {
    return new Answer(well ? 200 : 503, TEXT, health.describe() + "\n");
  }

  private static void serve(HttpServer server, String path, Supplier<Answer> answer) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            send(exchange, path, answer);
          }
        });
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
    return server == null ? -1 : server.getAddress().getPort();
  }

  /** Frees the port; requests under way are cut off. */
  @Override
  public void close() {
    if (server != null) {
      server.stop(0);
    }
    if (threads != null) {
      threads.shutdownNow();
    }
  }
}
