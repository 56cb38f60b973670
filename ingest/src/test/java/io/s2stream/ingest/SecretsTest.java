package io.s2stream.ingest;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.config.ConfigException;
import io.s2stream.config.ConfigParser;
import io.s2stream.config.EffectiveConfig;
import io.s2stream.ingest.synthetic.SyntheticClip;
import org.apache.kafka.clients.producer.MockProducer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import static io.s2stream.ingest.Streams.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * Credentials in URLs, options, files and the environment show up nowhere: everything that ingest
 * writes, answers and sends is searched for them.
 */
class SecretsTest {

  private static final String URL_PASSWORD = "pw-URL-7f3a";
  private static final String QUERY_TOKEN = "tk-QUERY-91bc";
  private static final String OPTION = "op-OPTION-55de";
  private static final String ENVIRONMENT = "en-ENVIRON-08aa";
  private static final String FILE = "fi-FILE-c4d2";
  private static final String API_TOKEN = "ap-TOKEN-33ef-long";
  private static final String SASL = "sa-SASL-e77b";
  private static final List<String> SECRETS =
      List.of(URL_PASSWORD, QUERY_TOKEN, OPTION, ENVIRONMENT, FILE, API_TOKEN, SASL);

  @TempDir private Path folder;
  private final PrintStream out = System.out;
  private final PrintStream err = System.err;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @AfterEach
  void restore() {
    System.setOut(out);
    System.setErr(err);
  }

  @Test
  void shouldShowNoSecretAnywhere() throws Exception {
    // given sources that work, that refuse, and that are not there, each with credentials
    PrintStream all = new PrintStream(printed, true, StandardCharsets.UTF_8);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    log.start();
    root.setLevel(Level.TRACE);
    root.addAppender(log);
    System.setOut(all);
    System.setErr(all);
    Path clip = folder.resolve("clip.ts");
    SyntheticClip.of(64, 48, 10, Duration.ofSeconds(1)).write(clip);
    HttpServer server = serve(Files.readAllBytes(clip));
    int port = server.getAddress().getPort();
    Path secret = Files.writeString(folder.resolve("secret"), FILE + "\n");
    Path file = Files.writeString(folder.resolve("c.yaml"), config(port, secret));
    Map<String, String> env = Map.of("CAMERA_PASSWORD", ENVIRONMENT);
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    MockProducer<String, Object> producer = new FramesProducer(true);
    List<String> seen = new ArrayList<>();

    // when all of it has run, failed, been shown, changed and refused
    IngestConfig config = ConfigParser.parse(file, IngestConfig.class, env);
    seen.add(EffectiveConfig.render(config));
    seen.add(config.toString());
    try (IngestApp app = IngestApp.start(config, meters, producer, null)) {
      app.watch(file, env);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> app.streams().stream().allMatch(s -> s.error() != null));
      app.streams().forEach(status -> seen.add(status.toString()));
      seen.add(request(app, "GET", "/streams", ""));
      String body = "{uri: 'rtsp://u:" + URL_PASSWORD + "@127.0.0.1:1/x?token=" + QUERY_TOKEN + "'";
      seen.add(request(app, "PUT", "/streams/put", body + ", options: [password=" + OPTION + "]}"));
      seen.add(request(app, "PUT", "/streams/bad", body + ", options: [=" + OPTION + "]}"));
      seen.add(request(app, "PUT", "/streams/bad", body + ", options: passphrase=" + OPTION + "}"));
      seen.add(request(app, "GET", "/streams/put", ""));
      seen.add(request(app, "DELETE", "/streams/put", ""));
      Files.writeString(file, config(port, secret).replace("image-size: [32]", "image-size: []"));
      patiently().until(() -> meters.get(IngestMetrics.CONFIG_REFUSALS).counter().count() >= 1);
    } finally {
      server.stop(0);
    }
    assertThatThrownBy(
            () ->
                ConfigParser.parse(
                    config(port, secret).replace("fps: 10", "fps: -1"),
                    "test",
                    IngestConfig.class,
                    env))
        .isInstanceOf(ConfigException.class)
        .satisfies(e -> seen.add(String.valueOf(e.getMessage())));

    // then
    meters.getMeters().forEach(meter -> seen.add(meter.getId().toString()));
    assertThat(producer.history()).isNotEmpty();
    producer
        .history()
        .forEach(record -> seen.add(record.key() + record.headers() + record.value()));
    all.flush();
    seen.add(printed.toString(StandardCharsets.UTF_8));
    root.setLevel(Level.OFF);
    root.detachAppender(log);
    List<String> logged = log.list.stream().map(SecretsTest::text).toList();
    seen.addAll(logged);
    assertThat(logged).anyMatch(line -> line.contains("http://***@127.0.0.1"));
    assertThat(seen.stream().flatMap(String::lines))
        .filteredOn(line -> SECRETS.stream().anyMatch(line::contains))
        .isEmpty();
  }

  private static String text(ILoggingEvent event) {
    IThrowableProxy thrown = event.getThrowableProxy();
    return event.getFormattedMessage()
        + event.getKeyValuePairs()
        + event.getThreadName()
        + (thrown == null ? "" : ThrowableProxyUtil.asString(thrown));
  }

  private static HttpServer serve(byte[] body) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/cam",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.createContext(
        "/refused",
        exchange -> {
          exchange.sendResponseHeaders(403, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static String request(IngestApp app, String method, String path, String body)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + app.apiPort() + path))
            .header("Authorization", "Bearer " + API_TOKEN)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }

  private static String config(int port, Path secret) {
    return """
        kafka:
          bootstrap.servers: "localhost:1"
          sasl.jaas.config: 'org.apache.kafka.PlainLoginModule required password="%s";'
        image-size: [32]
        sampling: {fps: 10}
        config-poll: 200ms
        streams-api: {port: 0, token: %s}
        streams:
          - {id: works, uri: "http://u:%s@127.0.0.1:%d/cam?token=%s", live: true}
          - {id: refused, uri: "http://u:${env:CAMERA_PASSWORD}@127.0.0.1:%d/refused", live: true}
          - {id: away, uri: "rtsp://u:${file:%s}@127.0.0.1:1/x?password=%s"}
          - id: option
            uri: "rtsp://u:%s@127.0.0.1:1/y"
            options: ["passphrase=%s", "headers=Authorization: Basic %s"]
          - {id: srt, uri: "srt://127.0.0.1:1?passphrase=%s&streamid=%s"}
          - {id: hls, uri: "http://u:%s@127.0.0.1:%d/refused/x.m3u8?sig=%s", live: true}
        """
        .formatted(
            SASL,
            API_TOKEN,
            URL_PASSWORD,
            port,
            QUERY_TOKEN,
            port,
            secret,
            QUERY_TOKEN,
            URL_PASSWORD,
            OPTION,
            OPTION,
            URL_PASSWORD,
            QUERY_TOKEN,
            URL_PASSWORD,
            port,
            QUERY_TOKEN);
  }
}
