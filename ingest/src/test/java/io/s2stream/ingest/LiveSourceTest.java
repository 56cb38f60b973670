package io.s2stream.ingest;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.config.ConfigParser;
import io.s2stream.ingest.StreamStatus.State;
import io.s2stream.ingest.synthetic.SyntheticClip;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A source of unknown length that breaks off: an HTTP server sending a transport stream. */
class LiveSourceTest {

  @TempDir private Path folder;

  @Test
  void shouldOpenAgainAndNumberOnWhenALiveSourceIsLost() throws Exception {
    // given a connection that ends after one second of video, each time
    Path clip = folder.resolve("clip.ts");
    SyntheticClip.of(64, 48, 10, Duration.ofSeconds(1)).write(clip);
    byte[] body = Files.readAllBytes(clip);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/cam.ts",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    MockProducer<String, Object> producer =
        new MockProducer<>(
            true,
            new RoundRobinPartitioner(),
            new StringSerializer(),
            (topic, value) -> new byte[0]);
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    String uri = "http://127.0.0.1:" + server.getAddress().getPort() + "/cam.ts?token=abc";

    // when it was read twice
    try (IngestApp app = IngestApp.start(config(uri), meters, producer)) {
      await().atMost(Duration.ofSeconds(20)).until(() -> framesOf(producer).size() >= 20);
      StreamStatus status = app.streams().get(0);
      assertThat(status.live()).isTrue();
      assertThat(status.state()).isEqualTo(State.RUNNING);
      assertThat(status.progress()).isNaN();
      await().until(() -> app.streams().get(0).error() != null);
      assertThat(app.streams().get(0).error()).contains("token=***").endsWith("but is live");
    } finally {
      server.stop(0);
    }

    // then
    List<Frame> frames = framesOf(producer);
    assertThat(frames.subList(0, 20))
        .extracting(Frame::getIndex)
        .containsExactlyElementsOf(LongStream.range(0, 20).boxed().toList());
    assertThat(frames.subList(0, 20).stream().filter(Frame::getDiscontinuity))
        .extracting(Frame::getIndex)
        .containsExactly(10L);
    assertThat(producer.history())
        .noneMatch(record -> ((FrameBatch) record.value()).getEndOfStream());
    assertThat(meters.get(IngestMetrics.LOSSES).counter().count()).isGreaterThanOrEqualTo(2);
  }

  private static List<Frame> framesOf(MockProducer<String, Object> producer) {
    return producer.history().stream()
        .flatMap(record -> ((FrameBatch) record.value()).getFrames().stream())
        .toList();
  }

  private static IngestConfig config(String uri) throws Exception {
    String yaml =
        """
        kafka: {bootstrap.servers: "localhost:1"}
        image-size: [32]
        frames-per-record: 4
        sampling: {fps: 10}
        streams:
          - {id: cam, uri: "%s"}
        """;
    return ConfigParser.parse(yaml.formatted(uri), "test", IngestConfig.class, Map.of());
  }
}
