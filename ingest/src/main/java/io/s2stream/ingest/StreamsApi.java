package io.s2stream.ingest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.s2stream.config.ConfigException;
import io.s2stream.config.ConfigParser;
import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.SecretMasking;
import io.s2stream.health.BoundedHttpServer;
import io.s2stream.ingest.place.PlaceException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows and changes streams over HTTP: {@code GET /streams}, {@code GET}, {@code PUT} and {@code
 * DELETE /streams/ID}. Bodies of PUT are YAML, so JSON too; answers are JSON, with credentials
 * masked. What is changed here holds until the next start. Thread-safe; one request at a time.
 */
final class StreamsApi implements HttpHandler {

  private static final Logger LOG = LoggerFactory.getLogger(StreamsApi.class);
  private static final String PATH = "/streams";
  private static final int MAX_BODY = 64 << 10;

  private final WantedStreams wanted;
  private final Supplier<List<StreamStatus>> streams;
  private final @Nullable String token;
  private final ObjectMapper json = new ObjectMapper();

  private record Answer(int status, Object body) {}

  private StreamsApi(
      WantedStreams wanted, Supplier<List<StreamStatus>> streams, @Nullable String token) {
    this.wanted = wanted;
    this.streams = streams;
    this.token = token;
  }

  /**
   * Starts to answer.
   *
   * @param streams what every stream is doing now
   * @throws InvalidSettingException if the address can't be listened on
   */
  static BoundedHttpServer start(
      StreamsApiSettings settings,
      int port,
      WantedStreams wanted,
      Supplier<List<StreamStatus>> streams) {
    StreamsApi api = new StreamsApi(wanted, streams, settings.token());
    BoundedHttpServer server =
        BoundedHttpServer.start("streams-api", settings.host(), port, 1, Map.of(PATH, api));
    LOG.info("streams can be changed at http://{}:{}{}", settings.host(), server.port(), PATH);
    return server;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer;
      try {
        answer = isAllowed(exchange) ? answer(exchange) : error(401, "expected the bearer token");
      } catch (ConfigException | InvalidSettingException e) {
        answer = error(400, e.getMessage());
      } catch (PlaceException e) {
        answer = error(503, e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        answer = error(503, "shutting down");
      } catch (RuntimeException e) {
        LOG.error("a request failed", e);
        answer = error(500, "failed; the log says why");
      }
      byte[] body = json.writeValueAsBytes(answer.body());
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private boolean isAllowed(HttpExchange exchange) {
    String given = exchange.getRequestHeaders().getFirst("Authorization");
    return token == null
        || (given != null
            && MessageDigest.isEqual(
                given.getBytes(StandardCharsets.UTF_8),
                ("Bearer " + token).getBytes(StandardCharsets.UTF_8)));
  }

  private Answer answer(HttpExchange exchange)
      throws IOException, ConfigException, PlaceException, InterruptedException {
    String path = exchange.getRequestURI().getPath();
    String method = exchange.getRequestMethod();
    if (path.equals(PATH)) {
      return method.equals("GET")
          ? new Answer(200, streams.get().stream().map(this::show).toList())
          : error(405, "GET only");
    }
    if (!path.startsWith(PATH + "/") || path.indexOf('/', PATH.length() + 1) >= 0) {
      return error(404, "not here; expected " + PATH + " or " + PATH + "/ID");
    }
    String id = path.substring(PATH.length() + 1);
    return switch (method) {
      case "GET" -> get(id);
      case "PUT" -> put(id, exchange);
      case "DELETE" -> delete(id);
      default -> error(405, "GET, PUT and DELETE only");
    };
  }

  private Answer get(String id) {
    Optional<StreamSettings> entry = wanted.entry(id);
    List<Map<String, Object>> shown =
        streams.get().stream()
            .filter(
                status ->
                    status.streamId().equals(id)
                        || (entry.isPresent() && status.streamId().startsWith(id + ".")))
            .map(this::show)
            .toList();
    return shown.isEmpty()
        ? error(404, "no stream '" + id + "' is read here")
        : new Answer(200, shown.size() == 1 ? shown.get(0) : shown);
  }

  private Answer put(String id, HttpExchange exchange)
      throws IOException, ConfigException, PlaceException, InterruptedException {
    byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
    if (body.length > MAX_BODY) {
      return error(413, "expected at most " + MAX_BODY + " bytes");
    }
    String yaml = new String(body, StandardCharsets.UTF_8);
    if (yaml.contains("${")) {
      return error(400, "references to files and the environment belong into the configuration");
    }
    StreamSettings stream =
        ConfigParser.parse(yaml, "request", StreamRequest.class, Map.of()).as(id);
    boolean single =
        FileExpansion.expand(List.of(stream)).stream().anyMatch(s -> s.id().equals(id));
    if (single && !wanted.isOwn(id)) {
      return error(409, "stream '" + id + "' belongs to instance " + wanted.instanceOf(id));
    }
    boolean fresh = wanted.entry(id).isEmpty();
    wanted.change(id, Optional.of(stream));
    LOG.info("stream '{}' {} over HTTP: {}", id, fresh ? "added" : "changed", stream.source());
    return new Answer(fresh ? 201 : 200, Map.of("id", id, "uri", stream.source().toString()));
  }

  private Answer delete(String id) throws ConfigException, PlaceException, InterruptedException {
    if (wanted.entry(id).isEmpty()) {
      return error(404, "no stream '" + id + "' is configured");
    }
    wanted.change(id, Optional.empty());
    LOG.info("stream '{}' removed over HTTP", id);
    return new Answer(200, Map.of("id", id));
  }

  private Map<String, Object> show(StreamStatus status) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("id", status.streamId());
    wanted.entry(status.streamId()).ifPresent(entry -> shown.put("uri", entry.source().toString()));
    shown.put("state", status.state().name());
    shown.put("live", status.live());
    shown.put("frames_decoded", status.framesDecoded());
    shown.put("frames_sampled", status.framesSampled());
    shown.put("frames_acknowledged", status.framesAcknowledged());
    shown.put("frames_overrun", status.framesOverrun());
    shown.put("decode_errors", status.decodeErrors());
    if (!Double.isNaN(status.progress())) {
      shown.put("progress", status.progress());
    }
    if (status.error() != null) {
      shown.put("error", SecretMasking.maskUrls(status.error()));
    }
    return shown;
  }

  private static Answer error(int status, @Nullable String message) {
    return new Answer(status, Map.of("error", SecretMasking.maskUrls(String.valueOf(message))));
  }
}
