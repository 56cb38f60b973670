package io.s2stream.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;

import io.s2stream.config.ConfigParser;
import io.s2stream.config.KafkaSettings;
import io.s2stream.local.LocalStack;
import io.s2stream.processor.ProcessorApp;
import io.s2stream.processor.ProcessorConfig;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code s2 reprocess} beside a live processor, on a real broker and with a real tower. */
@Timeout(180)
class ReprocessIT {
  private static final int FRAMES = 24;
  private static final String LIVE = "s2.features";
  private static final String NEW = "s2.features.v2";

  @TempDir private static Path folder;
  private static LocalStack stack;
  private static KafkaSettings kafka;

  @BeforeAll
  static void start() throws Exception {
    stack = LocalStack.start();
    kafka = KafkaSettings.of(stack.kafkaProperties());
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @Test
  void shouldGoOverTheFramesAgainWhileTheLiveOneGoesOn() throws Exception {
    try (ProcessorApp live = ProcessorApp.start(config("{scales: [1, 2]}"))) {
      // given frames that the live processor is done with; the last message is one transaction's,
      // whose mark ends the topic
      send(0, FRAMES - 1, Map.of());
      send(FRAMES - 1, 1, Map.of("transactional.id", "replay"));
      assertThat(indices(LIVE, FRAMES)).containsExactlyElementsOf(upTo(FRAMES));

      // when another plan goes over them, and is stopped on the way
      StopSignal signal = new StopSignal();
      Path plan = folder.resolve("plan.yaml");
      Files.writeString(plan, yaml("{scales: [1]}"));
      // One frame at a time, which waits for others in vain: it is not through when it is stopped.
      Path slow = folder.resolve("slow.yaml");
      Files.writeString(
          slow, yaml("{scales: [1]}") + "max-records-in-flight: 1\nbatch: {max-linger: 400ms}\n");
      CompletableFuture<Output> first = run(signal, slow);
      indices(NEW, 5);
      signal.request();
      Output stopped = first.get();

      // and started again, while new frames come
      CompletableFuture<Output> second = run(new StopSignal(), plan);
      send(FRAMES, 10, Map.of());
      Output done = second.get();

      // then each frame is there once, and in order, by both plans
      assertThat(stopped.code()).as(stopped.text()).isEqualTo(1);
      assertThat(stopped.text()).contains("the same command goes on there");
      assertThat(done.code()).as(done.text()).isZero();
      assertThat(done.text()).contains("done: features of");
      List<ConsumerRecord<String, FeatureRecord>> anew = read(NEW, FRAMES);
      assertThat(anew)
          .extracting(record -> record.value().getFirstFrameIndex())
          .startsWith(upTo(FRAMES).toArray(Long[]::new))
          .doesNotHaveDuplicates()
          .isSorted();
      assertThat(anew.get(0).value().getShape().get(2)).isEqualTo(192);
      List<ConsumerRecord<String, FeatureRecord>> lively = read(LIVE, FRAMES + 10);
      assertThat(lively.get(0).value().getShape().get(2)).isEqualTo(384);
      assertThat(lively)
          .extracting(record -> record.value().getFirstFrameIndex())
          .containsExactlyElementsOf(upTo(FRAMES + 10));
      assertThat(live.failure()).isNull();
    }

    // when it follows what comes later
    send(FRAMES + 10, 5, Map.of());
    Output follow = follow(folder.resolve("plan.yaml"), FRAMES + 15);

    // then it has gone on until it was told to stop
    assertThat(follow.code()).as(follow.text()).isZero();
    assertThat(indices(NEW, FRAMES + 15)).containsExactlyElementsOf(upTo(FRAMES + 15));
  }

  @Test
  void shouldGoOnWhereItWasKilled() throws Exception {
    // given frames, and one at a time, which waits for others in vain
    createTopic("again.frames");
    send("again.frames", 0, FRAMES, Map.of());
    Path plan = folder.resolve("again.yaml");
    Files.writeString(
        plan,
        yaml("{scales: [1]}")
            + """
            frames-topic: again.frames
            application-id: again
            instance-name: the-only-one
            max-records-in-flight: 1
            batch: {max-linger: 200ms}
            """);
    Path log = folder.resolve("again.log");
    ProcessBuilder command =
        new ProcessBuilder(
                Distribution.s2().toString(),
                "reprocess",
                "--config",
                plan.toString(),
                "--into",
                "again.features")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));

    // when it is killed on the way, and started again
    Process killed = command.start();
    int before = read("again.features", 5).size();
    killed.destroyForcibly().waitFor();
    assertThat(before).isLessThan(FRAMES);
    assertThat(command.start().waitFor()).as(Files.readString(log)).isZero();

    // then each frame is there once, and in order
    assertThat(indices("again.features", FRAMES)).containsExactlyElementsOf(upTo(FRAMES));
  }

  private static void createTopic(String name) throws Exception {
    NewTopic topic = new NewTopic(name, 2, (short) 1);
    try (Admin admin = Admin.create(kafka.admin())) {
      admin
          .createTopics(List.of(topic.configs(Map.of("max.message.bytes", "10000000"))))
          .all()
          .get();
    }
  }

  @Test
  void shouldRefuseToWriteWhereTheLiveOneDoes() throws Exception {
    Path plan = folder.resolve("same.yaml");
    Files.writeString(plan, yaml("{scales: [1]}"));

    Output refused =
        execute(new StopSignal(), "reprocess", "--config", plan.toString(), "--into", LIVE);

    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.text()).contains("the live processor writes there");
  }

  private record Output(int code, String text) {}

  private static CompletableFuture<Output> run(StopSignal signal, Path plan) {
    return CompletableFuture.supplyAsync(
        () -> execute(signal, "reprocess", "--config", plan.toString(), "--into", NEW));
  }

  private static Output follow(Path plan, int until) throws Exception {
    StopSignal signal = new StopSignal();
    CompletableFuture<Output> following =
        CompletableFuture.supplyAsync(
            () ->
                execute(
                    signal, "reprocess", "--config", plan.toString(), "--into", NEW, "--follow"));
    indices(NEW, until);
    signal.request();
    return following.get();
  }

  private static Output execute(StopSignal signal, String... arguments) {
    StringWriter text = new StringWriter();
    CommandLine command = S2.commandLine(signal);
    command.setOut(new PrintWriter(text, true));
    command.setErr(new PrintWriter(text, true));
    return new Output(command.execute(arguments), text.toString());
  }

  private static ProcessorConfig config(String plan) throws Exception {
    return ConfigParser.parse(yaml(plan), "test", ProcessorConfig.class, Map.of());
  }

  private static String yaml(String plan) {
    return """
    kafka: {bootstrap.servers: "%s", schema.registry.url: "%s"}
    tower: {model-dir: "%s"}
    s2: %s
    topics: {partitions: 2}
    max-frames-per-record: 1
    """
        .formatted(stack.bootstrapServers(), stack.registryUrl(), Distribution.demoTower(), plan);
  }

  private static void send(long first, int count, Map<String, ?> more) throws Exception {
    send("s2.frames", first, count, more);
  }

  private static void send(String topic, long first, int count, Map<String, ?> more)
      throws Exception {
    Map<String, Object> properties = kafka.producer();
    properties.put("max.request.size", 10_000_000);
    properties.putAll(more);
    S2AvroSerializer serializer = new S2AvroSerializer();
    serializer.configure(properties, false);
    try (KafkaProducer<String, FrameBatch> producer =
        new KafkaProducer<>(properties, new StringSerializer(), serializer::serialize)) {
      boolean transactional = more.containsKey("transactional.id");
      if (transactional) {
        producer.initTransactions();
        producer.beginTransaction();
      }
      for (long index = first; index < first + count; index++) {
        ByteBuffer pixels = ByteBuffer.allocate(3 * 224 * 224);
        Frame frame = new Frame(index, 0L, 0L, false, pixels);
        FrameBatch batch =
            new FrameBatch("cam", index, 224, 224, PixelEncoding.RGB24, List.of(frame), false);
        producer.send(new ProducerRecord<>(topic, "cam", batch)).get();
      }
      if (transactional) {
        producer.commitTransaction();
      }
    }
  }

  private static List<Long> upTo(int count) {
    return LongStream.range(0, count).boxed().toList();
  }

  private static List<Long> indices(String topic, int count) {
    return read(topic, count).stream().map(record -> record.value().getFirstFrameIndex()).toList();
  }

  /** Waits for at least so many records, from the topic's beginning. */
  private static List<ConsumerRecord<String, FeatureRecord>> read(String topic, int count) {
    Map<String, Object> properties = kafka.consumer();
    properties.put("isolation.level", "read_committed");
    properties.put("allow.auto.create.topics", false);
    S2AvroDeserializer<FeatureRecord> values = new S2AvroDeserializer<>(FeatureRecord.class);
    values.configure(properties, false);
    List<ConsumerRecord<String, FeatureRecord>> records = new ArrayList<>();
    try (KafkaConsumer<String, FeatureRecord> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), values)) {
      while (records.size() < count) {
        if (consumer.assignment().isEmpty()) {
          List<TopicPartition> partitions =
              consumer.partitionsFor(topic).stream()
                  .map(info -> new TopicPartition(topic, info.partition()))
                  .toList();
          if (partitions.isEmpty()) {
            continue; // Not made yet.
          }
          consumer.assign(partitions);
          consumer.seekToBeginning(partitions);
        }
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }
}
