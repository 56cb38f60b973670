package io.s2stream.cli;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

import io.s2stream.local.EmbeddedBroker;
import io.s2stream.local.registry.EmbeddedRegistry;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.PixelEncoding;
import io.s2stream.schemas.serde.S2AvroDeserializer;
import io.s2stream.schemas.serde.S2AvroSerializer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * SIGKILL of the real processor, twice in mid-stream: nothing lost, order kept, and under
 * exactly-once nothing twice. It comes back under its name, and goes on long before its session or
 * its transaction times out.
 */
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KillIT {
  private static final List<String> STREAMS = List.of("cam-a", "cam-b", "cam-c");
  private static final int FRAMES_PER_STREAM = 80;
  private static final int PARTITIONS = 3;
  private static final int SIDE = 16;

  /** Of sessions and transactions. */
  private static final Duration TIMEOUTS = Duration.ofSeconds(120);

  private EmbeddedBroker broker;
  private EmbeddedRegistry registry;

  @BeforeAll
  void startBroker() throws Exception {
    broker = EmbeddedBroker.start();
    registry = EmbeddedRegistry.start();
  }

  @AfterAll
  void stopBroker() {
    registry.close();
    broker.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"exactly-once", "at-least-once"})
  void shouldLoseNothingWhenTheProcessorIsKilled(String guarantee, @TempDir Path folder)
      throws Exception {
    // given more frames than one process will see
    createTopics(guarantee);
    sendFrames(guarantee);
    Path config = Files.writeString(folder.resolve("process.yaml"), config(guarantee));
    Map<String, List<Long>> received = new HashMap<>();
    int total = STREAMS.size() * FRAMES_PER_STREAM;

    // when it is killed after a part of them, twice
    try (KafkaConsumer<String, FeatureRecord> consumer = consumer(guarantee)) {
      for (int until : new int[] {total / 5, total / 2}) {
        Process process = startProcessor(config, folder);
        receive(consumer, received, until);
        process.destroyForcibly().waitFor();
        assertThat(distinct(received)).as("killed in mid-stream").isLessThan(total);
      }
      Process process = startProcessor(config, folder);
      long restarted = System.nanoTime();
      int before = distinct(received);
      receive(consumer, received, before + 1);
      assertThat(Duration.ofNanos(System.nanoTime() - restarted))
          .as("time until it goes on")
          .isLessThan(TIMEOUTS);
      receive(consumer, received, total);
      // A repeated record would still be on its way.
      consumer.poll(Duration.ofSeconds(2)).forEach(record -> add(received, record));
      process.destroy();
      assertThat(process.waitFor(40, TimeUnit.SECONDS)).as("ends on SIGTERM").isTrue();
    }

    // then
    List<Long> all = LongStream.range(0, FRAMES_PER_STREAM).boxed().toList();
    for (String stream : STREAMS) {
      if (guarantee.equals("exactly-once")) {
        assertThat(received.get(stream)).isEqualTo(all);
      } else {
        assertThat(new LinkedHashSet<>(received.get(stream))).containsExactlyElementsOf(all);
      }
    }
  }

  private Process startProcessor(Path config, Path folder) throws Exception {
    return new ProcessBuilder(
            Distribution.s2().toString(), "process", "--config", config.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("process.log").toFile()))
        .start();
  }

  private String config(String guarantee) {
    return """
    kafka:
      bootstrap.servers: %s
      schema.registry.url: %s
      consumer: {session.timeout.ms: 120000}
      producer: {transaction.timeout.ms: 120000}
    application-id: kill-%s
    instance-name: the-only-one
    guarantee: %s
    frames-topic: %s-frames
    features-topic: %s-features
    dead-letter-topic: %s-dead
    tower: {model-dir: '%s'}
    s2: {scales: [1]}
    max-frames-per-record: 1
    # A few frames are under way, and wait for others in vain: on no machine is one process through
    # before it is killed.
    max-records-in-flight: 12
    batch: {max-frames: 32, max-linger: 100ms}
    """
        .formatted(
            broker.bootstrapServers(),
            registry.url(),
            guarantee,
            guarantee,
            guarantee,
            guarantee,
            guarantee,
            Distribution.demoTower());
  }

  private void createTopics(String name) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(name + "-frames", PARTITIONS, (short) 1),
                  new NewTopic(name + "-features", PARTITIONS, (short) 1)))
          .all()
          .get();
    }
  }

  private void sendFrames(String name) throws Exception {
    S2AvroSerializer serializer = new S2AvroSerializer();
    serializer.configure(Map.of("schema.registry.url", registry.url()), false);
    Random random = new Random(1);
    try (KafkaProducer<String, FrameBatch> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new StringSerializer(),
            serializer::serialize)) {
      for (long i = 0; i < FRAMES_PER_STREAM; i++) {
        for (String stream : STREAMS) {
          byte[] pixels = new byte[3 * SIDE * SIDE];
          random.nextBytes(pixels);
          Frame frame = new Frame(i, i * 40_000, 0L, false, ByteBuffer.wrap(pixels));
          producer
              .send(
                  new ProducerRecord<>(
                      name + "-frames",
                      stream,
                      new FrameBatch(
                          stream, i, SIDE, SIDE, PixelEncoding.RGB24, List.of(frame), false)))
              .get();
        }
      }
    }
  }

  private KafkaConsumer<String, FeatureRecord> consumer(String name) {
    S2AvroDeserializer<FeatureRecord> values = new S2AvroDeserializer<>(FeatureRecord.class);
    values.configure(Map.of("schema.registry.url", registry.url()), false);
    KafkaConsumer<String, FeatureRecord> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "isolation.level",
                "read_committed"),
            new StringDeserializer(),
            values);
    List<TopicPartition> partitions = new ArrayList<>();
    for (int i = 0; i < PARTITIONS; i++) {
      partitions.add(new TopicPartition(name + "-features", i));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return consumer;
  }

  private static void receive(
      KafkaConsumer<String, FeatureRecord> consumer, Map<String, List<Long>> received, int until) {
    while (distinct(received) < until) {
      consumer.poll(Duration.ofMillis(50)).forEach(record -> add(received, record));
    }
  }

  private static void add(
      Map<String, List<Long>> received, ConsumerRecord<String, FeatureRecord> record) {
    received
        .computeIfAbsent(record.key(), k -> new ArrayList<>())
        .add(record.value().getFirstFrameIndex());
  }

  private static int distinct(Map<String, List<Long>> received) {
    return received.values().stream()
        .mapToInt(indexes -> new LinkedHashSet<>(indexes).size())
        .sum();
  }
}
