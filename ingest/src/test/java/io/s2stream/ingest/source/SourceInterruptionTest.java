package io.s2stream.ingest.source;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.s2stream.ingest.source.SourceException.Reason;
import io.s2stream.ingest.synthetic.SyntheticClip;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

/** Reads that would wait for ever end in time, or when they are cancelled. */
class SourceInterruptionTest {

  private static final ReaderOptions OPTIONS = ReaderOptions.of(new ImageSize(24, 32), 25);

  @TempDir private Path folder;

  @Test
  void shouldEndBetweenReadsWhenCancelled() throws Exception {
    Path file = folder.resolve("clip.mp4");
    SyntheticClip.of(64, 48, 25, Duration.ofSeconds(1)).write(file);
    Cancellation cancellation = new Cancellation();

    try (VideoReader reader =
        VideoReader.open(
            new SourceUri(file.toString()), OPTIONS, ReaderEvents.NONE, cancellation)) {
      assertThat(reader.next()).isNotNull();
      cancellation.cancel();
      assertThatThrownBy(reader::next)
          .asInstanceOf(type(SourceException.class))
          .extracting(SourceException::reason)
          .isEqualTo(Reason.CANCELLED);
    }
  }

  @Test
  void shouldStallInTimeWhenASourceSendsNothing() throws Exception {
    // given a server that accepts and stays silent
    try (ServerSocket silent = new ServerSocket(0)) {
      SourceUri uri = new SourceUri("http://127.0.0.1:" + silent.getLocalPort() + "/x.ts");
      ReaderOptions options = withTimeout(Duration.ofMillis(700));

      long start = System.nanoTime();
      assertThatThrownBy(() -> VideoReader.open(uri, options).close())
          .asInstanceOf(type(SourceException.class))
          .extracting(SourceException::reason)
          .isEqualTo(Reason.STALLED);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(650), Duration.ofSeconds(3));
    }
  }

  @Test
  void shouldEndABlockingOpenWhenCancelledFromAnotherThread() throws Exception {
    // given twelve at once: a callback instance each would leave the eleventh without one
    try (ServerSocket silent = new ServerSocket(0)) {
      SourceUri uri = new SourceUri("http://127.0.0.1:" + silent.getLocalPort() + "/x.ts");
      List<Cancellation> cancellations = new ArrayList<>();
      List<CompletableFuture<Reason>> reasons = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Reason> reason = new CompletableFuture<>();
        cancellations.add(cancellation);
        reasons.add(reason);
        new Thread(
                () -> {
                  try {
                    VideoReader.open(
                            uri, withTimeout(Duration.ZERO), ReaderEvents.NONE, cancellation)
                        .close();
                  } catch (SourceException e) {
                    reason.complete(e.reason());
                  }
                })
            .start();
      }

      // when the last is cancelled, only the last ends
      Thread.sleep(300);
      cancellations.get(11).cancel();
      assertThat(reasons.get(11).get(3, TimeUnit.SECONDS)).isEqualTo(Reason.CANCELLED);
      assertThat(reasons.subList(0, 11)).noneMatch(CompletableFuture::isDone);

      cancellations.forEach(Cancellation::cancel);
      for (CompletableFuture<Reason> reason : reasons) {
        assertThat(reason.get(3, TimeUnit.SECONDS)).isEqualTo(Reason.CANCELLED);
      }
    }
  }

  @Test
  void shouldNotTakeASlowReaderForAStall() throws Exception {
    // given a file on a web server, more of it than libav reads to look into it, and a broker that
    // is away
    Path file = folder.resolve("clip.mkv");
    SyntheticClip.of(320, 240, 25, Duration.ofSeconds(5))
        .withScene("testsrc2=size=320x240:rate=25:duration=5,noise=alls=100:allf=t")
        .withEncoder("ffv1", "yuv420p")
        .write(file);
    assertThat(Files.size(file)).isGreaterThan(10 << 20);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> send(file, exchange));
    server.start();
    SourceUri uri = new SourceUri("http://127.0.0.1:" + server.getAddress().getPort() + "/c.mkv");

    try (VideoReader reader = VideoReader.open(uri, withTimeout(Duration.ofSeconds(2)))) {
      assertThat(reader.live()).isFalse();
      assertThat(reader.next()).isNotNull();
      Thread.sleep(2_500);

      int rest = 0;
      while (reader.next() != null) {
        rest++;
      }
      assertThat(rest).isEqualTo(124);
    } finally {
      server.stop(0);
    }
  }

  private static void send(Path file, HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(200, Files.size(file));
      Files.copy(file, exchange.getResponseBody());
    }
  }

  private static ReaderOptions withTimeout(Duration timeout) {
    return OPTIONS.withStallTimeout(timeout);
  }
}
