package io.s2stream.local.registry;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP around the routes: reads a bounded body, writes the answer or the error as JSON. */
final class RegistryHandler implements HttpHandler {
  static final int MAX_REQUEST_BYTES = 1 << 20;
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final Logger LOG = LoggerFactory.getLogger(RegistryHandler.class);

  private final RegistryRoutes routes;
  private final ObjectMapper json = new ObjectMapper();

  RegistryHandler(RegistryRoutes routes) {
    this.routes = routes;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      try {
        JsonNode answer =
            routes.answer(exchange.getRequestMethod(), path(exchange), body(exchange));
        reply(exchange, 200, answer);
      } catch (RefusedException e) {
        reply(exchange, e.status(), error(e.code(), String.valueOf(e.getMessage())));
      } catch (RuntimeException e) {
        LOG.error("{} {} failed", exchange.getRequestMethod(), exchange.getRequestURI(), e);
        reply(exchange, 500, error(500, "Internal error: " + e));
      }
    }
  }

  private static List<String> path(HttpExchange exchange) throws RefusedException {
    try {
      // Decoded after the split, as a subject may hold a slash.
      return Arrays.stream(exchange.getRequestURI().getRawPath().split("/"))
          .filter(segment -> !segment.isEmpty())
          .map(segment -> URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8))
          .toList();
    } catch (IllegalArgumentException e) {
      throw RefusedException.malformed("The path is not encoded as it should: " + e.getMessage());
    }
  }

  private JsonNode body(HttpExchange exchange) throws IOException, RefusedException {
    byte[] bytes = exchange.getRequestBody().readNBytes(MAX_REQUEST_BYTES + 1);
    if (bytes.length > MAX_REQUEST_BYTES) {
      throw RefusedException.tooLarge(MAX_REQUEST_BYTES);
    }
    if (bytes.length == 0) {
      return MissingNode.getInstance();
    }
    try {
      return json.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw RefusedException.malformed("The request is no JSON: " + e.getOriginalMessage());
    }
  }

  private JsonNode error(int code, String message) {
    return json.createObjectNode().put("error_code", code).put("message", message);
  }

  private void reply(HttpExchange exchange, int status, JsonNode body) throws IOException {
    byte[] bytes = json.writeValueAsBytes(body);
    exchange.getResponseHeaders().set("Content-Type", CONTENT_TYPE);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
