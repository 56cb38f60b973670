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
import io.s2stream.ingest.synthetic.FfmpegCommand;
import io.s2stream.ingest.synthetic.SyntheticClip;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import org.apache.kafka.clients.producer.MockProducer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static io.s2stream.ingest.Streams.patiently;
import static org.assertj.core.api.Assertions.assertThat;

/** A source of unknown length that breaks off: an HTTP server sending a transport stream. */
class LiveSourceTest {

  @TempDir private Path folder;

  @Test
  void shouldOpenAgainAndNumberOnWhenALiveSourceIsLost() throws Exception {
    // given a connection that ends after one second of video, each time
    Path clip = folder.resolve("clip.ts");
    SyntheticClip.of(64, 48, 10, Duration.ofSeconds(1)).write(clip);
    byte[] body = Files.readAllBytes(clip);
    HttpServer server = serve(body, false);
    MockProducer<String, Object> producer = new FramesProducer(true);
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    String uri = uri(server);

    // when it was read twice
    try (IngestApp app = IngestApp.start(config(uri, "auto", ""), meters, producer, null)) {
      patiently().until(() -> framesOf(producer).size() >= 20);
      StreamStatus status = app.streams().get(0);
      assertThat(status.live()).isTrue();
      assertThat(status.state()).isEqualTo(State.RUNNING);
      assertThat(status.progress()).isNaN();
      patiently().until(() -> app.streams().get(0).error() != null);
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

  @Test
  void shouldEndWithAMarkWhenAServerSaysHowLongTheFileIs() throws Exception {
    // given a stream that declares no duration, but comes with its size
    Path clip = folder.resolve("clip.h264");
    SyntheticClip.of(64, 48, 10, Duration.ofSeconds(1)).write(clip);
    MockProducer<String, Object> producer = new FramesProducer(true);
    HttpServer server = serve(Files.readAllBytes(clip), true);

    try (IngestApp app =
        IngestApp.start(
            config(uri(server), "auto", ""), new SimpleMeterRegistry(), producer, null)) {
      assertThat(app.awaitFinished(Duration.ofSeconds(60))).isTrue();

      assertThat(app.streams().get(0).live()).isFalse();
      assertThat(app.streams().get(0).state()).isEqualTo(State.FINISHED);
      assertThat(framesOf(producer)).isNotEmpty();
    } finally {
      server.stop(0);
    }
    assertThat(producer.history())
        .last()
        .matches(record -> ((FrameBatch) record.value()).getEndOfStream());
  }

  @ParameterizedTest
  @CsvSource({"true, true", "false, false"})
  void shouldDoAsToldWhenTheSettingSaysWhetherItIsLive(String setting, boolean live)
      throws Exception {
    // given the opposite of what would be assumed
    Path clip = folder.resolve("clip.ts");
    SyntheticClip.of(64, 48, 10, Duration.ofSeconds(1)).write(clip);
    HttpServer server = serve(Files.readAllBytes(clip), live);

    try (IngestApp app =
        IngestApp.start(
            config(uri(server), setting, ""),
            new SimpleMeterRegistry(),
            new FramesProducer(true),
            null)) {
      if (live) {
        patiently().until(() -> app.streams().get(0).error() != null);
        assertThat(app.streams().get(0).error()).endsWith("but is live");
      } else {
        assertThat(app.awaitFinished(Duration.ofSeconds(60))).isTrue();
        assertThat(app.streams().get(0).state()).isEqualTo(State.FINISHED);
      }
      assertThat(app.streams().get(0).live()).isEqualTo(live);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void shouldOpenAgainWhenALiveSourceSendsPicturesThatCanNotBeConverted() throws Exception {
    // given a matrix that libswscale refuses, from the middle on
    Path clip = folder.resolve("clip.ts");
    Path tagged = folder.resolve("tagged.ts");
    SyntheticClip.of(64, 48, 10, Duration.ofSeconds(1)).write(clip);
    retag(clip, tagged);
    HttpServer server = serve(Files.readAllBytes(tagged), false);

    try (IngestApp app =
        IngestApp.start(
            config(uri(server), "auto", ""),
            new SimpleMeterRegistry(),
            new FramesProducer(true),
            null)) {
      patiently().until(() -> app.streams().get(0).error() != null);

      assertThat(app.streams().get(0).state()).isEqualTo(State.RUNNING);
      assertThat(app.streams().get(0).error()).contains("matrix ycgco", "token=***");
    } finally {
      server.stop(0);
    }
  }

  private static void retag(Path from, Path to) throws Exception {
    Process process =
        new ProcessBuilder(
                FfmpegCommand.path().orElseGet(() -> Assumptions.abort(FfmpegCommand.MISSING)),
                "-v",
                "error",
                "-i",
                from.toString(),
                "-c",
                "copy",
                "-bsf:v",
                "h264_metadata=matrix_coefficients=8",
                to.toString())
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void shouldFailAtOnceWhenALiveSourceGetsAnUnknownOption() throws Exception {
    Path clip = folder.resolve("clip.ts");
    SyntheticClip.of(64, 48, 10, Duration.ofSeconds(1)).write(clip);
    HttpServer server = serve(Files.readAllBytes(clip), false);

    try (IngestApp app =
        IngestApp.start(
            config(uri(server), "true", "nonsense=1"),
            new SimpleMeterRegistry(),
            new FramesProducer(true),
            null)) {
      assertThat(app.awaitFinished(Duration.ofSeconds(60))).isTrue();

      assertThat(app.streams().get(0).state()).isEqualTo(State.FAILED);
      assertThat(app.streams().get(0).error()).contains("no option nonsense");
    } finally {
      server.stop(0);
    }
  }

  private static HttpServer serve(byte[] body, boolean withSize) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/cam",
        exchange -> {
          exchange.sendResponseHeaders(200, withSize ? body.length : 0);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static String uri(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/cam?token=abc";
  }

  private static List<Frame> framesOf(MockProducer<String, Object> producer) {
    return producer.history().stream()
        .flatMap(record -> ((FrameBatch) record.value()).getFrames().stream())
        .toList();
  }

  private static IngestConfig config(String uri, String live, String option) throws Exception {
    String yaml =
        """
        kafka: {bootstrap.servers: "localhost:1"}
        image-size: [32]
        frames-per-record: 4
        sampling: {fps: 10}
        streams:
          - {id: cam, uri: "%s", live: %s, options: [%s]}
        """;
    return ConfigParser.parse(
        yaml.formatted(uri, live, option), "test", IngestConfig.class, Map.of());
  }
}
