package io.s2stream.ingest;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.config.ConfigParser;
import io.s2stream.ingest.StreamStatus.State;
import io.s2stream.ingest.synthetic.FfmpegCommand;
import io.s2stream.ingest.synthetic.SyntheticClip;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import org.apache.kafka.clients.producer.MockProducer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** HLS, RTMP and SRT from real senders: the ffmpeg program that comes with the natives. */
@Timeout(90)
class ProtocolsTest {

  @TempDir private Path folder;
  private final MockProducer<String, Object> producer = new FramesProducer(true);
  private final List<Process> senders = new ArrayList<>();

  @AfterEach
  void stopSenders() {
    senders.forEach(sender -> sender.destroyForcibly().onExit().join());
  }

  @Test
  void shouldReadAPlaylistToItsEndWhenItHasOne() throws Exception {
    HttpServer server = serve(hls("-hls_playlist_type", "vod"));
    try (IngestApp app = start(server, "10s")) {
      assertThat(app.awaitFinished(Duration.ofSeconds(30))).isTrue();

      assertThat(app.streams().get(0).state()).isEqualTo(State.FINISHED);
      assertThat(frames()).hasSize(40);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void shouldNoticeAPlaylistThatStopsGrowing() throws Exception {
    HttpServer server = serve(hls("-hls_list_size", "0", "-hls_flags", "omit_endlist"));
    try (IngestApp app = start(server, "3s")) {
      await().atMost(Duration.ofSeconds(30)).until(() -> app.streams().get(0).error() != null);

      assertThat(app.streams().get(0).error()).contains("no picture for the stall timeout");
      assertThat(app.streams().get(0).live()).isTrue();
      assertThat(app.streams().get(0).state()).isEqualTo(State.RUNNING);
      assertThat(frames()).isNotEmpty();
    } finally {
      server.stop(0);
    }
  }

  @Test
  void shouldReadRtmp() throws Exception {
    String url = "rtmp://127.0.0.1:" + freeTcpPort() + "/live/cam";
    send("-c:v", "flv1", "-f", "flv", "-listen", "1", url);

    assertLive(url);
  }

  @Test
  void shouldReadSrt() throws Exception {
    String address = "srt://127.0.0.1:" + freeUdpPort();
    send("-c:v", "mpeg2video", "-g", "5", "-f", "mpegts", address + "?mode=listener");

    assertLive(address + "?mode=caller");
  }

  private void assertLive(String url) throws Exception {
    try (IngestApp app = start(url, "10s")) {
      await().atMost(Duration.ofSeconds(40)).until(() -> frames().size() >= 5);
      assertThat(app.streams().get(0).live()).isTrue();
    }
  }

  /** Sends a moving picture in real time until it is stopped. */
  private void send(String... output) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(FfmpegCommand.path().orElseGet(() -> Assumptions.abort(FfmpegCommand.MISSING)));
    command.addAll(List.of("-v", "error", "-re", "-f", "lavfi"));
    command.addAll(List.of("-i", "testsrc=size=64x48:rate=25"));
    command.addAll(List.of(output));
    senders.add(
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  private Path hls(String... options) throws Exception {
    Path clip = folder.resolve("clip.mp4");
    SyntheticClip.of(64, 48, 10, Duration.ofSeconds(4)).write(clip);
    Path playlist = folder.resolve("cam.m3u8");
    List<String> command = new ArrayList<>();
    command.add(FfmpegCommand.path().orElseGet(() -> Assumptions.abort(FfmpegCommand.MISSING)));
    command.addAll(List.of("-v", "error", "-i", clip.toString(), "-c", "copy", "-f", "hls"));
    command.addAll(List.of("-hls_time", "1"));
    command.addAll(List.of(options));
    command.add(playlist.toString());
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    return playlist;
  }

  private HttpServer serve(Path playlist) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          Path file = folder.resolve(exchange.getRequestURI().getPath().substring(1));
          byte[] body = Files.readAllBytes(file);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    assertThat(playlist).exists();
    return server;
  }

  private IngestApp start(HttpServer server, String stall) throws Exception {
    return start("http://127.0.0.1:" + server.getAddress().getPort() + "/cam.m3u8", stall);
  }

  private IngestApp start(String url, String stall) throws Exception {
    String yaml =
        """
        kafka: {bootstrap.servers: "localhost:1"}
        image-size: [32]
        sampling: {all: true}
        stall-timeout: %s
        streams:
          - {id: cam, uri: "%s"}
        """;
    return IngestApp.start(
        ConfigParser.parse(yaml.formatted(stall, url), "test", IngestConfig.class, Map.of()),
        new SimpleMeterRegistry(),
        producer,
        null);
  }

  private List<Frame> frames() {
    return producer.history().stream()
        .flatMap(record -> ((FrameBatch) record.value()).getFrames().stream())
        .toList();
  }

  private static int freeTcpPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static int freeUdpPort() throws IOException {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
