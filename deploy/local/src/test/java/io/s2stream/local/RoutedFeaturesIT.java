package io.s2stream.local;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.config.ConfigParser;
import io.s2stream.config.KafkaSettings;
import io.s2stream.processor.ProcessorApp;
import io.s2stream.processor.ProcessorConfig;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.PixelEncoding;
import io.s2stream.schemas.serde.S2AvroDeserializer;
import io.s2stream.schemas.serde.S2AvroSerializer;
import io.s2stream.schemas.topics.CheckedTopic;
import io.s2stream.schemas.topics.DeadLetterHeaders;
import io.s2stream.schemas.topics.TopicException;
import io.s2stream.schemas.topics.TopicPreflight;
import io.s2stream.schemas.topics.TopicSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Topics for the features of each stream or group, on a real broker. */
@Timeout(120)
class RoutedFeaturesIT {
  private static LocalStack stack;
  private static KafkaSettings kafka;

  @BeforeAll
  static void start() throws Exception {
    // A broker that would make any topic with its own small limits, if only it is asked about.
    stack = LocalStack.start(Map.of("auto.create.topics.enable", "true"));
    kafka = KafkaSettings.of(stack.kafkaProperties());
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @Test
  void shouldMakeATopicForEachGroupUntilThereAreEnough() throws Exception {
    // given room for two topics
    String settings =
        "features-topic: 'made.features.{group}', max-features-topics: %d, topics: {partitions: 2}";
    try (ProcessorApp app = app("made", settings.formatted(2))) {
      // when
      send("made", 5, "a.left", "a.right", "b.door");
      assertThat(receive("made.features.a", 10)).hasSize(10);
      assertThat(receive("made.features.b", 5)).hasSize(5);
      send("made", 3, "c.late");

      // then the third group has none, and the others are unharmed
      List<ConsumerRecord<String, byte[]>> letters = receive("made.dlq", 3);
      assertThat(letters)
          .allSatisfy(
              letter -> {
                assertThat(header(letter, DeadLetterHeaders.REASON)).isEqualTo("no-topic");
                assertThat(header(letter, DeadLetterHeaders.MESSAGE))
                    .contains("made.features.c", "max-features-topics allows 2");
              });
      assertThat(app.failure()).isNull();
    }
    for (String topic : List.of("made.features.a", "made.features.b")) {
      CheckedTopic made = check(topic);
      assertThat(made.partitions()).isEqualTo(2);
      assertThat(made.maxMessageBytes()).isEqualTo(1_048_588);
      streams(topic).forEach(stream -> assertInOrder(topic, stream, 5));
    }

    // when it starts anew with room for three
    try (ProcessorApp app = app("made", settings.formatted(3))) {
      send("made", 2, "c.late", "a.left");

      // then
      assertThat(receive("made.features.c", 2)).hasSize(2);
      assertThat(receive("made.features.a", 12)).hasSize(12);
    }
  }

  @Test
  void shouldUseOnlyTopicsThatAreThereWhenItMayMakeNone() throws Exception {
    // given
    makeTopics(1 << 20, "there.frames", "there.features.a_1");
    makeTopics(3 << 20, "there.dlq");
    String settings = "features-topic: 'there.features.{stream}', topics: {create: false}";
    try (ProcessorApp app = app("there", settings)) {
      // when
      send("there", 2, "a_1", "b/2");

      // then
      assertThat(receive("there.features.a_1", 2)).hasSize(2);
      List<ConsumerRecord<String, byte[]>> letters = receive("there.dlq", 2);
      assertThat(letters).extracting(ConsumerRecord::key).containsOnly("b/2");
      assertThat(header(letters.get(0), DeadLetterHeaders.MESSAGE))
          .contains("there.features.b-2-", "does not exist", "kafka-topics.sh");
    }
  }

  @Test
  void shouldRefuseToStartWhenATopicThatFitsIsTooSmall() throws Exception {
    try (Admin admin = Admin.create(kafka.admin())) {
      admin
          .createTopics(
              List.of(
                  new NewTopic("small.features.a", 1, (short) 1)
                      .configs(Map.of("max.message.bytes", "1000"))))
          .all()
          .get();
    }

    assertThatThrownBy(() -> app("small", "features-topic: 'small.features.{group}'").close())
        .isInstanceOf(TopicException.class)
        .hasMessageContaining("small.features.a")
        .hasMessageContaining("max.message.bytes=");
  }

  private static ProcessorApp app(String name, String settings) throws Exception {
    ProcessorConfig config =
        ConfigParser.parse(
            """
            {kafka: {bootstrap.servers: "%s", schema.registry.url: "%s"}, tower: {model-dir: none},
             application-id: %s, frames-topic: %s.frames, dead-letter-topic: %s.dlq, %s}
            """
                .formatted(
                    stack.bootstrapServers(), stack.registryUrl(), name, name, name, settings),
            "test",
            ProcessorConfig.class,
            Map.of());
    return ProcessorApp.start(config, new FailingTower(), new SimpleMeterRegistry());
  }

  private static void makeTopics(int recordBytes, String... names) throws Exception {
    try (TopicPreflight topics = TopicPreflight.connect(kafka, Duration.ofSeconds(20))) {
      for (String name : names) {
        topics.ensure(new TopicSpec(name, recordBytes, 1, 1, true));
      }
    }
  }

  private static CheckedTopic check(String topic) throws Exception {
    try (TopicPreflight topics = TopicPreflight.connect(kafka, Duration.ofSeconds(20))) {
      return topics.ensure(new TopicSpec(topic, 1, -1, -1, false));
    }
  }

  private static void send(String name, int count, String... streams) throws Exception {
    S2AvroSerializer serializer = new S2AvroSerializer();
    serializer.configure(kafka.producer(), false);
    try (KafkaProducer<String, FrameBatch> producer =
        new KafkaProducer<>(kafka.producer(), new StringSerializer(), serializer::serialize)) {
      for (long index = 0; index < count; index++) {
        for (String stream : streams) {
          Frame frame = new Frame(index, 0L, 0L, false, ByteBuffer.allocate(3));
          FrameBatch batch =
              new FrameBatch(stream, index, 1, 1, PixelEncoding.RGB24, List.of(frame), false);
          producer.send(new ProducerRecord<>(name + ".frames", stream, batch)).get();
        }
      }
    }
  }

  private static Stream<String> streams(String topic) {
    return topic.endsWith(".a") ? Stream.of("a.left", "a.right") : Stream.of("b.door");
  }

  private static void assertInOrder(String topic, String stream, int count) {
    S2AvroDeserializer<FeatureRecord> features = new S2AvroDeserializer<>(FeatureRecord.class);
    features.configure(kafka.consumer(), false);
    assertThat(
            receive(topic, 5 * (int) streams(topic).count()).stream()
                .filter(record -> record.key().equals(stream))
                .map(record -> features.deserialize(topic, record.value()).getFirstFrameIndex()))
        .containsExactlyElementsOf(LongStream.range(0, count).boxed().toList());
  }

  /** Waits for at least so many of the topic's records, from its beginning. */
  private static List<ConsumerRecord<String, byte[]>> receive(String topic, int count) {
    Map<String, Object> properties = kafka.consumer();
    properties.put("isolation.level", "read_committed");
    properties.put("allow.auto.create.topics", false);
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
      while (records.size() < count) {
        List<TopicPartition> partitions =
            consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        if (partitions.isEmpty()) {
          Thread.onSpinWait(); // Not made yet; the question itself took its time.
          continue;
        }
        if (consumer.assignment().isEmpty()) {
          consumer.assign(partitions);
          consumer.seekToBeginning(partitions);
        }
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  private static String header(ConsumerRecord<?, ?> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
