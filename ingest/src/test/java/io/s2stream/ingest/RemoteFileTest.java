package io.s2stream.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.config.ConfigParser;
import io.s2stream.ingest.StreamStatus.State;
import io.s2stream.ingest.synthetic.SyntheticClip;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.s2stream.ingest.Streams.batches;
import static io.s2stream.ingest.Streams.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Files on a real web server that is away, breaks off or falls silent. */
class RemoteFileTest {

  private static final Duration LONG = Duration.ofSeconds(120);
  private static final int FRAMES = 300;
  // So that a record is open when the source is lost.
  private static final int FRAMES_PER_RECORD = 7;

  @TempDir private Path folder;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Map<String, List<Seen>> seen = new ConcurrentHashMap<>();
  private final MockProducer<String, Object> producer =
      new MockProducer<>(true, new RoundRobinPartitioner(), new StringSerializer(), this::keep);

  /** What a subscriber sees of a frame, but for the time at which it was read. */
  private record Seen(long index, long ptsMicros, boolean discontinuity, ByteBuffer data) {}

  @BeforeEach
  void makeClips() {
    // Longer than what libav looks into to open them, 5 s and more; and the mp4, whose index comes
    // last, larger than what libav rather reads through than asks for its end.
    SyntheticClip clip = SyntheticClip.of(64, 48, 25, Duration.ofSeconds(FRAMES / 25));
    clip.write(folder.resolve("clip.mkv"));
    clip.write(folder.resolve("clip.ts"));
    clip.withEncoder("mjpeg", "yuvj420p")
        .withScene("testsrc2=size=64x48:rate=25:duration=12,noise=alls=100:allf=t")
        .write(folder.resolve("clip.mp4"));
  }

  @Test
  void shouldSendEachFrameOnceWhenServersBreakOffOrFallSilentInMidFile() throws Exception {
    List<String> ids = new ArrayList<>();
    List<String> streams = new ArrayList<>();
    try (FileServer whole = new FileServer(folder, 0, true);
        FileServer simple = new FileServer(folder, 0, false)) {
      // A cut that libav itself tries to mend until the stall timeout, one that it tells of,
      // silence.
      for (String kind : List.of("cut", "told", "silent")) {
        for (String container : List.of("mp4", "mkv", "ts")) {
          String id = kind + "." + container;
          Files.copy(folder.resolve("clip." + container), folder.resolve(id));
          // An mp4 whose index comes last can't be read from a server without ranges.
          FileServer server = container.equals("mp4") ? whole : simple;
          server.breakOff(id);
          ids.add(id);
          streams.add(kind.equals("told") ? told(id, server.url(id)) : stream(id, server.url(id)));
          if (kind.equals("cut")) {
            streams.add(stream("whole." + container, folder.resolve("clip." + container)));
          }
        }
      }

      // when each was lost, and comes back
      try (IngestApp app = start(20, "1s", streams)) {
        await().atMost(LONG).until(() -> ids.stream().allMatch(id -> losses(id) >= 1));
        assertThat(app.streams()).noneMatch(stream -> stream.state() == State.FAILED);
        assertThat(ids).allMatch(id -> seen(id).size() < FRAMES && !seen(id).isEmpty());
        ids.forEach(whole::heal);
        ids.forEach(simple::heal);
        assertThat(app.awaitFinished(LONG)).isTrue();

        assertThat(app.streams()).allMatch(stream -> stream.state() == State.FINISHED);
        assertThat(app.streams()).allMatch(stream -> stream.framesSampled() == FRAMES);
      }
    }

    // then
    for (String id : ids) {
      String local = "whole" + id.substring(id.indexOf('.'));
      assertThat(seen(id)).as(id).hasSize(FRAMES).isEqualTo(seen(local));
      assertThat(batches(producer, id))
          .extracting(FrameBatch::getFirstFrameIndex)
          .as("records are those of an unbroken reading, with one end")
          .isEqualTo(
              batches(producer, local).stream().map(FrameBatch::getFirstFrameIndex).toList());
    }
  }

  @Test
  void shouldGoOnAtTheMissingByteWhenAConnectionBreaks() throws Exception {
    try (FileServer server = new FileServer(folder, 0, true)) {
      server.breakInParts("clip.ts");
      try (IngestApp app = start(0, "30s", List.of(stream("cam", server.url("clip.ts"))))) {
        assertThat(app.awaitFinished(LONG)).isTrue();

        assertThat(app.streams().get(0).state()).isEqualTo(State.FINISHED);
        assertThat(app.streams().get(0).framesDecoded()).as("none twice").isEqualTo(FRAMES);
      }
      assertThat(server.starts()).contains(FileServer.place(Files.size(folder.resolve("clip.ts"))));
    }
    assertThat(seen("cam")).extracting(Seen::index).hasSize(FRAMES).isSorted();
    assertThat(losses("cam")).isZero();
  }

  @Test
  void shouldWaitForAServerThatIsAway() throws Exception {
    int port = freePort();
    List<String> streams = List.of(stream("cam", "http://127.0.0.1:" + port + "/clip.mp4"));

    try (IngestApp app = start(20, "1s", streams)) {
      await().atMost(LONG).until(() -> losses("cam") >= 1);
      assertThat(app.streams().get(0).error()).contains("can't be opened: Connection refused");
      try (FileServer server = new FileServer(folder, port, true)) {
        assertThat(app.awaitFinished(LONG)).isTrue();
        assertThat(server.starts()).isNotEmpty();
      }

      assertThat(app.streams().get(0).state()).isEqualTo(State.FINISHED);
      assertThat(app.streams().get(0).error()).isNull();
    }
    assertThat(seen("cam")).hasSize(FRAMES);
  }

  @Test
  void shouldFailWhenTryingAgainDoesNotHelp() throws Exception {
    // given a file that breaks off for ever, one that is not there, one that changes, and one that
    // comes back without a size, as live sources do
    Files.copy(folder.resolve("clip.ts"), folder.resolve("changing.ts"));
    Files.copy(folder.resolve("clip.ts"), folder.resolve("endless.ts"));
    try (FileServer server = new FileServer(folder, 0, false)) {
      server.breakOff("clip.ts");
      // Before they can be asked for again.
      server.breakOnce("changing.ts", () -> append(folder.resolve("changing.ts")));
      server.breakOnce("endless.ts", () -> server.hideSize("endless.ts"));
      List<String> streams =
          List.of(
              told("lost", server.url("clip.ts")),
              told("missing", server.url("nothing.ts")),
              told("changing", server.url("changing.ts")),
              told("endless", server.url("endless.ts")));

      try (IngestApp app = start(1, "30s", streams)) {
        assertThat(app.awaitFinished(LONG)).isTrue();

        assertThat(app.streams()).allMatch(stream -> stream.state() == State.FAILED);
        assertThat(app.streams())
            .extracting(StreamStatus::error)
            .satisfiesExactly(
                lost ->
                    assertThat(lost)
                        .endsWith(
                            "given up after 1 attempts in a row without a new frame"
                                + " (file-retries)"),
                missing -> assertThat(missing).contains("can't be opened", "404"),
                changing -> assertThat(changing).contains("but had"),
                endless -> assertThat(endless).contains("was a file", "given up after 1"));
      }
    }

    // then what was read is there, without an end
    assertThat(seen("lost")).isNotEmpty();
    assertThat(losses("missing")).isZero();
    for (String id : List.of("lost", "missing", "changing", "endless")) {
      assertThat(count(IngestMetrics.FAILURES, id)).as(id).isOne();
      assertThat(batches(producer, id)).as(id).noneMatch(FrameBatch::getEndOfStream);
      assertThat(seen(id)).extracting(Seen::index).as(id).isSorted().doesNotHaveDuplicates();
    }
  }

  /** Copies the pixels, whose arrays are used again once they are sent. */
  private byte[] keep(String topic, Object record) {
    FrameBatch batch = (FrameBatch) record;
    for (Frame frame : batch.getFrames()) {
      ByteBuffer data = frame.getData();
      ByteBuffer copy = ByteBuffer.allocate(data.remaining()).put(data.duplicate()).flip();
      seen.computeIfAbsent(batch.getStreamId(), id -> new CopyOnWriteArrayList<>())
          .add(new Seen(frame.getIndex(), frame.getPtsMicros(), frame.getDiscontinuity(), copy));
    }
    return new byte[0];
  }

  private static void append(Path file) {
    try {
      Files.write(file, new byte[188], java.nio.file.StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One of whose broken connections libav tells at once, in place of asking for the rest. */
  private static String told(String id, String url) {
    return "  - {id: %s, uri: '%s', options: ['reconnect=0']}\n".formatted(id, url);
  }

  private List<Seen> seen(String id) {
    return seen.getOrDefault(id, List.of());
  }

  private double losses(String id) {
    return count(IngestMetrics.LOSSES, id);
  }

  private double count(String meter, String id) {
    return meters.get(meter).tag(IngestMetrics.STREAM, id).counter().count();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private IngestApp start(int retries, String stallTimeout, List<String> streams) throws Exception {
    String yaml =
        """
        kafka: {bootstrap.servers: "localhost:1"}
        image-size: [32, 40]
        frames-per-record: %d
        sampling: {all: true}
        stall-timeout: %s
        file-retries: %d
        streams:
        """
            .formatted(FRAMES_PER_RECORD, stallTimeout, retries);
    IngestConfig config =
        ConfigParser.parse(yaml + String.join("", streams), "test", IngestConfig.class, Map.of());
    return IngestApp.start(config, meters, producer, null);
  }
}
