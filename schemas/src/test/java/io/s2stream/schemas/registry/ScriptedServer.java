package io.s2stream.schemas.registry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;

/** An HTTP server that gives prepared answers, one per request, and keeps the requests. */
final class ScriptedServer implements AutoCloseable {
  record Answer(int status, String body) {}

  record Request(
      String method,
      String path,
      @Nullable String query,
      String contentType,
      @Nullable String authorization,
      String body) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Answer> answers = new ArrayDeque<>();
  private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());

  ScriptedServer(Answer... answers) throws IOException {
    this.answers.addAll(List.of(answers));
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  static Answer id(int id) {
    return new Answer(200, "{\"id\":" + id + "}");
  }

  static Answer error(int status, int code, String message) {
    return new Answer(status, "{\"error_code\":" + code + ",\"message\":\"" + message + "\"}");
  }

  String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  List<Request> requests() {
    return requests;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      requests.add(
          new Request(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getRawPath(),
              exchange.getRequestURI().getRawQuery(),
              String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
              exchange.getRequestHeaders().getFirst("Authorization"),
              body));
      Answer answer;
      synchronized (answers) {
        answer = answers.remove();
      }
      byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      if (answer.status() == STALL) {
        exchange.sendResponseHeaders(200, 1_000);
        exchange.getResponseBody().write(bytes);
        exchange.getResponseBody().flush();
        sleep();
        return;
      }
      exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  /** As a status: promise 1000 bytes and never send the rest. */
  static final int STALL = -1;

  private static void sleep() {
    try {
      Thread.sleep(30_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    server.stop(0);
  }
}
