package io.s2stream.local.viewer;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.s2stream.config.ConfigParser;
import io.s2stream.config.KafkaSettings;
import io.s2stream.local.LocalStack;
import io.s2stream.viewer.ViewerApp;
import io.s2stream.viewer.ViewerConfig;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Topics that are deleted and made again while the viewer runs, so that their offsets go back. */
@Timeout(180)
class RemadeTopicsIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int BEFORE = 8;

  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private LocalStack stack;
  private KafkaSettings kafka;
  private ViewerApp viewer;

  @BeforeEach
  void start() throws Exception {
    stack = LocalStack.start();
    kafka = KafkaSettings.of(stack.kafkaProperties());
    Map<String, Object> config =
        Map.of("kafka", stack.kafkaProperties(), "web", Map.of("port", 0), "fps", 30);
    ShownRecords.makeTopics(kafka);
    viewer =
        ViewerApp.start(
            ConfigParser.parse(
                json.writeValueAsString(config), "test", ViewerConfig.class, Map.of()),
            List.of());
  }

  @AfterEach
  void stop() {
    viewer.close();
    stack.close();
  }

  private void publish(int from, int to) throws Exception {
    try (ShownRecords records = new ShownRecords(kafka)) {
      for (int index = from; index < to; index++) {
        records.publish("door", index);
      }
    }
  }

  private void remake(String... topics) throws Exception {
    try (Admin admin = Admin.create(kafka.admin())) {
      admin.deleteTopics(List.of(topics)).all().get();
      await()
          .atMost(LONG)
          .until(() -> admin.listTopics().names().get().stream().noneMatch(isOneOf(topics)));
    }
    ShownRecords.makeTopics(kafka);
  }

  private static Predicate<String> isOneOf(String... topics) {
    return List.of(topics)::contains;
  }

  private HttpResponse<byte[]> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(viewer.url() + "/api/" + path)).build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private JsonNode stream() throws Exception {
    return json.readTree(get("state").body()).path("streams").path(0);
  }

  private void awaitFrames(int frames, int index) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              assertThat(stream().path("frames").asInt()).isEqualTo(frames);
              assertThat(stream().path("index").asInt()).isEqualTo(index);
              assertThat(stream().path("lag").asText()).isEqualTo("0.0");
            });
  }

  @Test
  void shouldCountAndShowWhatComesAfterTheFeaturesTopicWasMadeAgain() throws Exception {
    publish(0, BEFORE);
    awaitFrames(BEFORE, BEFORE - 1);

    remake("s2.features");
    publish(BEFORE, BEFORE + 3);

    awaitFrames(BEFORE + 3, BEFORE + 2);
  }

  @Test
  void shouldKnowTheLagAndGiveNoOtherFrameAfterBothTopicsWereMadeAgain() throws Exception {
    publish(0, BEFORE);
    awaitFrames(BEFORE, BEFORE - 1);
    String held = "stream=0&index=" + held();
    assertThat(get("features.npy?" + held).statusCode()).isEqualTo(200);

    remake("s2.frames", "s2.features");
    publish(BEFORE, 2 * BEFORE); // each offset of before holds another frame now

    awaitFrames(2 * BEFORE, 2 * BEFORE - 1);
    assertThat(get("features.npy?" + held).statusCode()).isEqualTo(404);
    assertThat(get("frame.jpg?" + held).body()).isEqualTo(get("small.jpg?" + held).body());
  }

  /** Without anybody who looks, the first frame is what is held. */
  private long held() throws Exception {
    return json.readTree(get("history?stream=0").body())
        .path("moments")
        .path(0)
        .path("index")
        .asLong();
  }
}
