package io.s2stream.local;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

import io.s2stream.config.ConfigParser;
import io.s2stream.ingest.IngestApp;
import io.s2stream.ingest.IngestConfig;
import io.s2stream.ingest.IngestMain;
import io.s2stream.ingest.StreamStatus.State;
import io.s2stream.ingest.synthetic.FfmpegCommand;
import io.s2stream.ingest.synthetic.SyntheticClip;
import io.s2stream.local.registry.EmbeddedRegistry;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.serde.S2AvroDeserializer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * SIGKILL of a real ingest in mid-file, and a broker that goes away: the topic has every frame
 * once.
 */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResumeIT {
  private static final int SECONDS = 40;
  private static final int FPS = 25;
  private static final int FRAMES = SECONDS * FPS;
  private static final int SIDE = 112;
  private static final int FRAME_BYTES = 3 * SIDE * SIDE;
  private static final Duration LONG = Duration.ofSeconds(60);

  private Path folder;
  private EmbeddedBroker broker;
  private EmbeddedRegistry registry;
  private int port;
  private Path clip;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    folder = temporary;
    clip = folder.resolve("clip.mp4");
    SyntheticClip.of(320, 240, FPS, Duration.ofSeconds(SECONDS)).write(clip);
    port = EmbeddedBroker.freePort();
    startBroker();
    registry = EmbeddedRegistry.start();
  }

  private void startBroker() throws Exception {
    // By two windows of a second, a quota lets no more than a second's bytes through at once.
    broker = EmbeddedBroker.start(folder.resolve("broker"), port, Map.of("quota.window.num", "2"));
  }

  /**
   * Has the broker take frames slowly, so that no machine is quick enough to read a file to its end
   * before something happens to it.
   *
   * @param client whose frames
   * @param perSecond of frames, of all streams together; null: no limit
   */
  private void quota(String client, @Nullable Integer perSecond) throws Exception {
    ClientQuotaEntity entity = new ClientQuotaEntity(Map.of(ClientQuotaEntity.CLIENT_ID, client));
    Double bytes = perSecond == null ? null : (double) perSecond * FRAME_BYTES;
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin
          .alterClientQuotas(
              List.of(
                  new ClientQuotaAlteration(
                      entity, List.of(new ClientQuotaAlteration.Op("producer_byte_rate", bytes)))))
          .all()
          .get();
    }
  }

  @AfterAll
  void stop() {
    registry.close();
    broker.close();
  }

  @Test
  void shouldSendEachFrameOnceWhenIngestIsKilledInMidFile() throws Exception {
    // given two files in one partition, of which both are read at once
    Path config = Files.writeString(folder.resolve("kill.yaml"), config("kill", ""));
    quota("kill", 200);

    // when it is killed twice
    try (KafkaConsumer<String, SpecificRecord> consumer = consumer("kill")) {
      List<FrameBatch> received = new ArrayList<>();
      for (int until : new int[] {FRAMES / 5, FRAMES}) {
        Process process = startIngest(config);
        await().atMost(LONG).until(() -> receive(consumer, received) >= until);
        process.destroyForcibly().waitFor();
        receive(consumer, received);
        assertThat(received).as("killed in mid-file").noneMatch(FrameBatch::getEndOfStream);
      }
      quota("kill", null);
      Process process = startIngest(config);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
      // and run once more when all was sent
      assertThat(startIngest(config).waitFor()).isZero();
    }

    // then
    Map<String, List<FrameBatch>> all = readAll("kill");
    for (String stream : List.of("one", "two")) {
      assertWhole(all.getOrDefault(stream, List.of()));
    }
  }

  /** Whether a count is what it was when it was last asked for. */
  private static final class Unchanged {
    private long last = -1;

    boolean test(long count) {
      boolean same = count == last;
      last = count;
      return same;
    }
  }

  private static void assertWhole(List<FrameBatch> batches) {
    assertThat(batches.stream().flatMap(batch -> batch.getFrames().stream()))
        .extracting(Frame::getIndex)
        .containsExactlyElementsOf(LongStream.range(0, FRAMES).boxed().toList());
    assertThat(batches.stream().flatMap(batch -> batch.getFrames().stream()))
        .extracting(Frame::getPtsMicros)
        .containsExactlyElementsOf(
            LongStream.range(0, FRAMES).map(i -> i * 40_000).boxed().toList());
    assertThat(batches.stream().flatMap(batch -> batch.getFrames().stream()))
        .as("no gap, so no mark of one")
        .noneMatch(Frame::getDiscontinuity);
    assertThat(batches.stream().filter(FrameBatch::getEndOfStream)).hasSize(1);
    assertThat(batches.get(batches.size() - 1).getFirstFrameIndex()).isEqualTo(FRAMES);
  }

  @Test
  void shouldWaitWithFilesWhenTheBrokerGoesAway() throws Exception {
    IngestConfig config =
        ConfigParser.parse(
            config("away", "max-in-flight: 2MiB"), "test", IngestConfig.class, Map.of());

    quota("away", 200);
    try (IngestApp app = IngestApp.start(config)) {
      await().atMost(LONG).until(() -> app.streams().get(0).framesAcknowledged() > 100);
      broker.close();
      long sent = app.streams().get(0).framesAcknowledged();
      assertThat(sent).isLessThan(FRAMES);
      // until the producer's buffer is full and the readers wait
      Unchanged unchanged = new Unchanged();
      await()
          .atMost(LONG)
          .during(Duration.ofSeconds(1))
          .until(() -> app.streams().get(0).framesDecoded(), unchanged::test);
      assertThat(app.streams()).allMatch(stream -> stream.state() == State.RUNNING);
      startBroker();
      quota("away", null);
      assertThat(app.awaitFinished(Duration.ofSeconds(60))).isTrue();
      assertThat(app.streams()).allMatch(stream -> stream.state() == State.FINISHED);
    }

    readAll("away").values().forEach(ResumeIT::assertWhole);
  }

  @Test
  void shouldDropTheOldestFramesOfACameraWhenTheBrokerGoesAway() throws Exception {
    // given a camera that sends for ever in real time
    String url = "http://127.0.0.1:" + EmbeddedBroker.freePort() + "/cam.ts";
    Process camera =
        new ProcessBuilder(
                FfmpegCommand.path().orElseGet(() -> Assumptions.abort(FfmpegCommand.MISSING)),
                "-v",
                "error",
                "-re",
                "-f",
                "lavfi",
                "-i",
                "testsrc=size=64x48:rate=25",
                "-c:v",
                "mpeg2video",
                "-g",
                "5",
                "-f",
                "mpegts",
                "-listen",
                "1",
                url)
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    String yaml = config("camera", "max-in-flight: 1MiB\nmax-waiting-frames: 8");
    yaml = yaml.substring(0, yaml.indexOf("  - {id: one")) + "  - {id: cam, uri: '" + url + "'}\n";
    IngestConfig config = ConfigParser.parse(yaml, "test", IngestConfig.class, Map.of());

    long published;
    try (IngestApp app = IngestApp.start(config)) {
      await().atMost(LONG).until(() -> app.streams().get(0).framesAcknowledged() > 20);
      broker.close();
      await().atMost(LONG).until(() -> app.streams().get(0).framesOverrun() > 20);
      assertThat(app.streams().get(0).state()).isEqualTo(State.RUNNING);
      long before = app.streams().get(0).framesAcknowledged();
      startBroker();
      await().atMost(LONG).until(() -> app.streams().get(0).framesAcknowledged() > before + 100);
      app.close();
      published = app.streams().get(0).framesAcknowledged();
    } finally {
      camera.destroyForcibly().waitFor();
    }

    // then the indices have no gap, and the mark says where frames are missing
    List<Frame> frames =
        readAll("camera").getOrDefault("cam", List.of()).stream()
            .flatMap(b -> b.getFrames().stream())
            .toList();
    assertThat(frames)
        .extracting(Frame::getIndex)
        .containsExactlyElementsOf(LongStream.range(0, published).boxed().toList());
    assertThat(frames).anyMatch(Frame::getDiscontinuity);
  }

  private String config(String topic, String more) {
    return """
        kafka:
          bootstrap.servers: %s
          schema.registry.url: %s
          client.id: %s
        frames-topic: %s
        places-topic: %s.places
        topics: {partitions: 1}
        image-size: [%d]
        frames-per-record: 4
        sampling: {fps: %d}
        %s
        streams:
          - {id: one, uri: '%s'}
          - {id: two, uri: '%s'}
        """
        .formatted(
            broker.bootstrapServers(),
            registry.url(),
            topic,
            topic,
            topic,
            SIDE,
            FPS,
            more,
            clip,
            clip);
  }

  private Process startIngest(Path config) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            IngestMain.class.getName(),
            config.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(new File(folder.toFile(), "ingest.log")))
        .start();
  }

  private KafkaConsumer<String, SpecificRecord> consumer(String topic) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", broker.bootstrapServers());
    properties.put("schema.registry.url", registry.url());
    properties.put("auto.offset.reset", "earliest");
    S2AvroDeserializer<SpecificRecord> values = new S2AvroDeserializer<>();
    values.configure(Map.of("schema.registry.url", registry.url()), false);
    KafkaConsumer<String, SpecificRecord> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), values);
    consumer.assign(List.of(new TopicPartition(topic, 0)));
    return consumer;
  }

  /** Returns how many frames were received in all. */
  private static long receive(
      KafkaConsumer<String, SpecificRecord> consumer, List<FrameBatch> received) {
    for (ConsumerRecord<String, SpecificRecord> record : consumer.poll(Duration.ofMillis(50))) {
      received.add((FrameBatch) record.value());
    }
    return received.stream().mapToLong(batch -> batch.getFrames().size()).sum();
  }

  private Map<String, List<FrameBatch>> readAll(String topic) {
    Map<String, List<FrameBatch>> all = new HashMap<>();
    TopicPartition partition = new TopicPartition(topic, 0);
    try (KafkaConsumer<String, SpecificRecord> consumer = consumer(topic)) {
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<String, SpecificRecord> record : consumer.poll(Duration.ofMillis(50))) {
          all.computeIfAbsent(record.key(), key -> new ArrayList<>())
              .add((FrameBatch) record.value());
        }
      }
    }
    return all;
  }
}
