package io.s2stream.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.config.ConfigParser;
import io.s2stream.ingest.StreamStatus.State;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import org.apache.kafka.clients.producer.MockProducer;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A real RTSP server that is started, killed, silenced and slowed. */
@Timeout(120)
class RtspTest {

  private static final Duration STALL = Duration.ofSeconds(2);
  private static final int DISCONNECTS = Integer.getInteger("rtsp.disconnects", 12);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final MockProducer<String, Object> producer = new FramesProducer(true);

  @BeforeAll
  static void needServer() throws Exception {
    Assumptions.assumeTrue(RtspCamera.isInstalled(), RtspCamera.MISSING);
  }

  @Test
  void shouldGoOnWhenTheCameraIsKilledAndStartedAgain() throws Exception {
    // given
    RtspCamera camera = RtspCamera.start();
    int port = camera.port();
    try (IngestApp app = IngestApp.start(config(camera.url()), meters, producer, null)) {
      soon().until(() -> frames().size() >= 10);

      // when
      camera.close();
      awaitLoss(app);
      int before = frames().size();
      assertThat(app.streams().get(0).state()).isEqualTo(State.RUNNING);
      camera = RtspCamera.start("--port", Integer.toString(port));
      Instant back = Instant.now();
      soon().until(() -> frames().size() > before);
      note("camera restarted", back);
      soon().until(() -> frames().size() >= before + 10);

      // then
      assertThat(app.streams().get(0).error()).isNull();
      assertNumberedWithOneGapAt(before);
    } finally {
      camera.close();
    }
  }

  @Test
  void shouldGoOnWhenTheCameraKeepsTheConnectionAndIsSilent() throws Exception {
    try (RtspCamera camera = RtspCamera.start();
        IngestApp app = IngestApp.start(config(camera.url()), meters, producer, null)) {
      soon().until(() -> frames().size() >= 10);

      // when
      camera.silence();
      Instant silent = Instant.now();
      awaitLoss(app);
      note("silence noticed, stall-timeout " + STALL.toMillis() + " ms", silent);
      // The last picture may have come up to a tenth of a second before.
      assertThat(Duration.between(silent, Instant.now()))
          .isBetween(STALL.minusMillis(200), STALL.plusSeconds(10));
      assertThat(app.streams().get(0).error()).contains("no picture for the stall timeout");
      int before = frames().size();
      camera.resume();
      Instant back = Instant.now();
      soon().until(() -> frames().size() > before);
      note("picture again", back);
      soon().until(() -> frames().size() >= before + 5);

      // then
      assertNumberedWithOneGapAt(before);
    }
  }

  @Test
  void shouldReadOverUdpWhenAskedToAndNoticeSilenceThereToo() throws Exception {
    // given a camera that refuses TCP
    try (RtspCamera camera = RtspCamera.start("--udp")) {
      IngestConfig udp = config(camera.url(), "rtsp_transport=udp");
      try (IngestApp app = IngestApp.start(udp, meters, producer, null)) {
        soon().until(() -> frames().size() >= 10);

        camera.silence();
        awaitLoss(app);
        assertThat(app.streams().get(0).error()).contains("no picture for the stall timeout");
        int before = frames().size();
        camera.resume();
        soon().until(() -> frames().size() >= before + 5);

        assertNumberedWithOneGapAt(before);
      }

      // and without the option it is told
      int sent = frames().size();
      try (IngestApp app = IngestApp.start(config(camera.url()), meters, producer, null)) {
        soon().until(() -> app.streams().get(0).error() != null);
        assertThat(frames()).hasSize(sent);
      }
    }
  }

  @Test
  void shouldReadOnWhenTheCameraIsSlow() throws Exception {
    try (RtspCamera camera = RtspCamera.start();
        IngestApp app = IngestApp.start(config(camera.url()), meters, producer, null)) {
      soon().until(() -> frames().size() >= 5);

      camera.slow();
      int before = frames().size();
      soon().until(() -> frames().size() >= before + 20);

      assertThat(app.streams().get(0).error()).isNull();
      assertThat(frames()).noneMatch(Frame::getDiscontinuity);
    }
  }

  @Test
  void shouldTakeTheCamerasClockForTheCaptureTime() throws Exception {
    try (RtspCamera camera = RtspCamera.start();
        IngestApp app = IngestApp.start(config(camera.url()), meters, producer, null)) {
      // Once the first report is there, which GStreamer sends when it likes.
      soon().until(() -> capturedAsPresented(frames(), 10));

      assertThat(app.streams().get(0).live()).isTrue();
      Frame first = frames().get(frames().size() - 10);
      long age = System.currentTimeMillis() * 1000 - first.getCaptureTimeMicros();
      assertThat(age).isBetween(0L, 10_000_000L);
      assertThat(meters.get(IngestMetrics.CLOCK_REFUSALS).counter().count()).isZero();
    }
  }

  @Test
  void shouldSayWhatIsWrongAndTryAgainWhenThePasswordIs() throws Exception {
    try (RtspCamera camera = RtspCamera.start("--user", "viewer", "--password", "p@ss:word")) {
      String right = camera.url("viewer:p%40ss%3Aword@");
      try (IngestApp app = IngestApp.start(config(right), meters, producer, null)) {
        soon().until(() -> frames().size() >= 3);
        assertThat(app.streams().get(0).error()).isNull();
      }
      int before = frames().size();

      String wrong = camera.url("viewer:geheim@");
      try (IngestApp app = IngestApp.start(config(wrong), meters, producer, null)) {
        soon().until(() -> app.streams().get(0).error() != null);

        assertThat(app.streams().get(0).error())
            .contains("401", "***@127.0.0.1")
            .doesNotContain("geheim");
        assertThat(app.streams().get(0).state()).isNotEqualTo(State.FAILED);
        assertThat(frames()).hasSize(before);
      }
    }
  }

  @Test
  void shouldLeakNothingWhenTheConnectionIsClosedManyTimes() throws Exception {
    Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/fd")), "needs /proc");
    try (RtspCamera camera = RtspCamera.start()) {
      Reconnecting reader = new Reconnecting(camera);
      for (int i = 0; i < 5; i++) {
        reader.readUntilDropped();
      }
      long memory = residentKib();
      long threads = Thread.getAllStackTraces().size();
      long descriptors = descriptors();
      Instant start = Instant.now();

      for (int i = 0; i < DISCONNECTS; i++) {
        reader.readUntilDropped();
      }

      note(DISCONNECTS + " disconnects", start);
      System.out.printf(
          "memory %+d KiB, threads %+d, descriptors %+d%n",
          residentKib() - memory,
          Thread.getAllStackTraces().size() - threads,
          descriptors() - descriptors);
      assertThat(residentKib() - memory).as("growth in KiB").isLessThan(40 << 10);
      assertThat((long) Thread.getAllStackTraces().size()).isLessThanOrEqualTo(threads);
      assertThat(descriptors()).isLessThanOrEqualTo(descriptors);
    }
  }

  /**
   * Whether capture times of the latest frames advance as presentation times: arrival never does.
   */
  private static boolean capturedAsPresented(List<Frame> frames, int latest) {
    List<Long> differences =
        frames.subList(Math.max(0, frames.size() - latest), frames.size()).stream()
            .map(frame -> frame.getCaptureTimeMicros() - frame.getPtsMicros())
            .toList();
    return differences.size() == latest
        && Collections.max(differences) - Collections.min(differences) <= 20;
  }

  private void assertNumberedWithOneGapAt(int index) {
    List<Frame> frames = frames();
    assertThat(frames)
        .extracting(Frame::getIndex)
        .containsExactlyElementsOf(LongStream.range(0, frames.size()).boxed().toList());
    assertThat(frames.stream().filter(Frame::getDiscontinuity))
        .extracting(Frame::getIndex)
        .containsExactly((long) index);
    assertThat(frames)
        .extracting(Frame::getCaptureTimeMicros)
        .as("capture times continue over the gap")
        .isSorted();
  }

  /** Until the source is lost and what came before has been sent, which another thread does. */
  private static void awaitLoss(IngestApp app) {
    soon()
        .until(
            () -> {
              StreamStatus stream = app.streams().get(0);
              return stream.error() != null
                  && stream.framesAcknowledged() == stream.framesSampled();
            });
  }

  private List<Frame> frames() {
    return producer.history().stream()
        .flatMap(record -> ((FrameBatch) record.value()).getFrames().stream())
        .toList();
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20));
  }

  private static void note(String what, Instant since) {
    System.out.printf("RTSP: %s: %d ms%n", what, Duration.between(since, Instant.now()).toMillis());
  }

  static long residentKib() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      String line = lines.filter(l -> l.startsWith("VmRSS:")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", ""));
    }
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  private static IngestConfig config(String uri, String... options) throws Exception {
    String yaml =
        """
        kafka: {bootstrap.servers: "localhost:1"}
        image-size: [32]
        sampling: {fps: 100}
        stall-timeout: %d ms
        streams:
          - {id: cam, uri: "%s", options: [%s]}
        """;
    return ConfigParser.parse(
        yaml.formatted(STALL.toMillis(), uri, String.join(", ", options)),
        "test",
        IngestConfig.class,
        Map.of());
  }
}
