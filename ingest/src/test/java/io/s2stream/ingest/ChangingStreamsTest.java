package io.s2stream.ingest;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.config.ConfigException;
import io.s2stream.config.ConfigParser;
import io.s2stream.ingest.StreamStatus.State;
import io.s2stream.ingest.synthetic.SyntheticClip;
import org.apache.kafka.clients.producer.MockProducer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.s2stream.ingest.Streams.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Streams that are added, changed and removed while ingest runs. */
class ChangingStreamsTest {

  private static final String TOKEN = "a-token-of-this-test";

  @TempDir private Path folder;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final MockProducer<String, Object> producer = new FramesProducer(true);
  private Path clip;

  @BeforeEach
  void makeClip() {
    clip = folder.resolve("clip.mp4");
    SyntheticClip.of(64, 48, 10, Duration.ofSeconds(1)).write(clip);
  }

  @Test
  void shouldFollowAConfigMapAndKeepTheOldStreamsWhenAnEditIsWrong() throws Exception {
    // given a file as a ConfigMap gives it: a link to a link that is swapped
    swap("v1", config("  - {id: gone, uri: 'rtsp://127.0.0.1:1/x'}", stream("kept")));
    Path file = Files.createSymbolicLink(folder.resolve("ingest.yaml"), Path.of("..data/c.yaml"));

    try (IngestApp app = start(file)) {
      app.watch(file, Map.of());
      patiently().until(() -> state(app, "kept") == State.FINISHED);
      assertThat(meters.find(IngestMetrics.SAMPLED).tag("stream", "gone").counter()).isNotNull();

      // when one goes and one comes
      swap("v2", config(stream("kept"), stream("new")));
      patiently().until(() -> state(app, "new") == State.FINISHED);
      assertThat(state(app, "gone")).isNull();
      assertThat(producer.history().stream().filter(r -> r.key().equals("kept"))).hasSize(6);
      assertThat(meters.getMeters())
          .extracting(Meter::getId)
          .noneMatch(id -> "gone".equals(id.getTag("stream")));

      // and edits that can't be applied come
      swap("v3", config(stream("new"), "  - {id: kept, uri: ''}"));
      patiently().until(() -> refusals() == 1);
      swap("v4", config(stream("other")).replace("fps: 5", "fps: 6"));
      patiently().until(() -> refusals() == 2);

      // then nothing changed
      assertThat(app.streams()).extracting(StreamStatus::streamId).containsExactly("kept", "new");
      swap("v5", config(stream("other")));
      patiently().until(() -> state(app, "other") == State.FINISHED);
      assertThat(app.streams()).hasSize(1);
    }
  }

  @Test
  void shouldTakeFilesThatComeIntoAFolder() throws Exception {
    Path videos = Files.createDirectory(folder.resolve("videos"));
    Files.copy(clip, videos.resolve("a.mp4"));
    Path file = write(config("  - {id: archive, uri: '" + videos + "'}"));

    try (IngestApp app = start(file)) {
      app.watch(file, Map.of());
      patiently().until(() -> state(app, "archive.a.mp4") == State.FINISHED);
      Path late = Files.copy(clip, videos.resolve("b.mp4"));
      Files.setLastModifiedTime(
          late, java.nio.file.attribute.FileTime.from(java.time.Instant.now().minusSeconds(60)));

      patiently().until(() -> state(app, "archive.b.mp4") == State.FINISHED);
      assertThat(meters.get(IngestMetrics.PROGRESS).tag("stream", "archive").gauge().value())
          .isEqualTo(1);
    }
  }

  @Test
  void shouldShowAddChangeAndRemoveStreamsOverHttp() throws Exception {
    Path file = write(config(stream("first")));
    try (IngestApp app = start(file)) {
      patiently().until(() -> state(app, "first") == State.FINISHED);

      // added, with a secret that no answer shows
      String body = "{\"uri\": \"rtsp://user:geheim@127.0.0.1:1/x?token=abc\"}";
      HttpResponse<String> put = request(app, "PUT", "/streams/second", body);
      assertThat(put.statusCode()).isEqualTo(201);
      patiently().until(() -> app.streams().get(1).error() != null);
      HttpResponse<String> get = request(app, "GET", "/streams/second", "");
      assertThat(get.statusCode()).isEqualTo(200);
      assertThat(get.body())
          .contains("\"id\":\"second\"", "***@127.0.0.1", "\"error\":")
          .doesNotContain("geheim", "abc");

      // changed
      put = request(app, "PUT", "/streams/second", "uri: " + clip);
      assertThat(put.statusCode()).isEqualTo(200);
      patiently().until(() -> state(app, "second") == State.FINISHED);
      assertThat(request(app, "GET", "/streams", "").body()).contains("first", "\"progress\":1.0");

      // removed
      assertThat(request(app, "DELETE", "/streams/second", "").statusCode()).isEqualTo(200);
      assertThat(request(app, "DELETE", "/streams/second", "").statusCode()).isEqualTo(404);
      assertThat(request(app, "GET", "/streams/second", "").statusCode()).isEqualTo(404);
      assertThat(app.streams()).extracting(StreamStatus::streamId).containsExactly("first");
    }
  }

  @Test
  void shouldRefuseWhatIsWrongOverHttp() throws Exception {
    Path file = write(config(stream("first")));
    try (IngestApp app = start(file)) {
      HttpResponse<String> unknown = request(app, "PUT", "/streams/x", "{uri: a.mp4, opions: []}");
      assertThat(unknown.statusCode()).isEqualTo(400);
      assertThat(unknown.body()).contains("did you mean 'options'?");
      assertThat(request(app, "PUT", "/streams/x", "{uri: '${file:/etc/passwd}'}").body())
          .contains("references to files");
      assertThat(request(app, "PUT", "/streams/a%20b", "{uri: a.mp4}").statusCode()).isEqualTo(400);
      assertThat(request(app, "POST", "/streams/x", "").statusCode()).isEqualTo(405);

      HttpResponse<String> stranger =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(uri(app, "/streams")).build(), BodyHandlers.ofString());
      assertThat(stranger.statusCode()).isEqualTo(401);
      assertThat(app.streams()).hasSize(1);
    }
  }

  @Test
  void shouldNeedATokenToBeReachedFromOutside() {
    assertThatThrownBy(
            () ->
                ConfigParser.parse(
                    config(stream("x"))
                        .replace("host: 127.0.0.1, token: " + TOKEN, "host: 0.0.0.0"),
                    "test",
                    IngestConfig.class,
                    Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("can be reached from outside: set a token");
  }

  private IngestApp start(Path file) throws Exception {
    IngestConfig config = ConfigParser.parse(file, IngestConfig.class, Map.of());
    return IngestApp.start(config, meters, producer, null);
  }

  private static @Nullable State state(IngestApp app, String id) {
    return app.streams().stream()
        .filter(status -> status.streamId().equals(id))
        .map(StreamStatus::state)
        .findFirst()
        .orElse(null);
  }

  private double refusals() {
    return meters.get(IngestMetrics.CONFIG_REFUSALS).counter().count();
  }

  private static URI uri(IngestApp app, String path) {
    return URI.create("http://127.0.0.1:" + app.apiPort() + path);
  }

  private static HttpResponse<String> request(
      IngestApp app, String method, String path, String body) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(uri(app, path))
                .header("Authorization", "Bearer " + TOKEN)
                .method(method, BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
  }

  private void swap(String version, String yaml) throws Exception {
    Path data = Files.createDirectory(folder.resolve(version));
    Files.writeString(data.resolve("c.yaml"), yaml);
    Path link = Files.createSymbolicLink(folder.resolve("..tmp"), Path.of(version));
    Files.move(link, folder.resolve("..data"), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  private Path write(String yaml) throws Exception {
    return Files.writeString(folder.resolve("c.yaml"), yaml);
  }

  private String stream(String id) {
    return "  - {id: " + id + ", uri: '" + clip + "'}";
  }

  private static String config(String... streams) {
    return """
        kafka: {bootstrap.servers: "localhost:1"}
        image-size: [32]
        sampling: {fps: 5}
        config-poll: 200ms
        streams-api: {port: 0, host: 127.0.0.1, token: TOKEN}
        streams:
        """
            .replace("TOKEN", TOKEN)
        + String.join("\n", streams);
  }
}
