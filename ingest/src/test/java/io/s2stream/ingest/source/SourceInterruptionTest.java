package io.s2stream.ingest.source;

import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

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

  private static ReaderOptions withTimeout(Duration timeout) {
    return OPTIONS.withStallTimeout(timeout);
  }
}
