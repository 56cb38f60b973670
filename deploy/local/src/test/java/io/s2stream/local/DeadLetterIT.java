package io.s2stream.local;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.config.ConfigParser;
import io.s2stream.config.KafkaSettings;
import io.s2stream.processor.ProcessorApp;
import io.s2stream.processor.ProcessorConfig;
import io.s2stream.processor.metrics.ProcessorMetrics;
import io.s2stream.schemas.topics.DeadLetterHeaders;
import io.s2stream.schemas.topics.TopicPreflight;
import io.s2stream.schemas.topics.TopicSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Poison among good frames, through the real processor: each ends in the dead-letter topic, whole
 * and with its reason, and nothing else does.
 */
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeadLetterIT {
  /** Not long ago: the broker deletes records that are older than its retention. */
  private static final long TIME = System.currentTimeMillis() - 1_234;

  private static final int SIDE = 448;
  private static final int STORM = 5_000;
  private static final int GOOD_IN_STORM = 20;
  private static final byte[] TRACE = {0, -1, 127};

  private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();
  private static final SimpleMeterRegistry METERS = new SimpleMeterRegistry();
  private static LocalStack stack;
  private static KafkaSettings kafka;
  private static PoisonMessages poison;
  private static ProcessorApp processor;
  private static KafkaConsumer<String, byte[]> features;
  private static KafkaConsumer<String, byte[]> dead;

  @BeforeAll
  static void start() throws Exception {
    stack = LocalStack.start();
    kafka = KafkaSettings.of(stack.kafkaProperties());
    poison = new PoisonMessages(kafka, SIDE);
    // A frames topic that carries more than this processor takes.
    try (TopicPreflight topics = TopicPreflight.connect(kafka, Duration.ofSeconds(20))) {
      topics.ensure(new TopicSpec("s2.frames", 8L << 20, 2, 1, true));
    }
    LOG.start();
    ((Logger) LoggerFactory.getLogger("io.s2stream.processor.topology.DeadLetterLog"))
        .addAppender(LOG);
    processor = ProcessorApp.start(config("dead-letter-log-interval: 5s"), METERS);
    features = consumer("s2.features");
    dead = consumer("s2.frames.dlq");
  }

  @AfterAll
  static void stop() {
    features.close();
    dead.close();
    processor.close();
    stack.close();
  }

  @Test
  @Order(1)
  void shouldSendEachKindOfPoisonOnWholeWithItsReasonAndGoOn() throws Exception {
    // when
    List<byte[]> sent = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    poison
        .byReason()
        .forEach(
            (reason, values) -> {
              sent.addAll(values);
              values.forEach(value -> reasons.add(reason));
            });
    sent.add(null);
    reasons.add("no-value");
    for (byte[] value : sent) {
      send(0, value);
    }
    send(0, poison.good(0));

    // then
    assertThat(receive(features, 1)).hasSize(1);
    List<ConsumerRecord<String, byte[]>> letters = receive(dead, sent.size());
    assertThat(letters)
        .extracting(letter -> header(letter, DeadLetterHeaders.REASON))
        .containsExactlyElementsOf(reasons);
    assertThat(letters).extracting(ConsumerRecord::value).containsExactlyElementsOf(sent);
    for (int i = 0; i < letters.size(); i++) {
      ConsumerRecord<String, byte[]> letter = letters.get(i);
      assertThat(letter.key()).isEqualTo("cam");
      assertThat(letter.timestamp()).isEqualTo(TIME);
      assertThat(letter.headers().lastHeader("trace").value()).isEqualTo(TRACE);
      assertThat(header(letter, DeadLetterHeaders.STREAM)).isEqualTo("cam");
      assertThat(header(letter, DeadLetterHeaders.TOPIC)).isEqualTo("s2.frames");
      assertThat(header(letter, DeadLetterHeaders.PARTITION)).isEqualTo("0");
      assertThat(header(letter, DeadLetterHeaders.OFFSET)).isEqualTo(Integer.toString(i));
      assertThat(header(letter, DeadLetterHeaders.EXCEPTION)).contains("Exception");
      assertThat(header(letter, DeadLetterHeaders.MESSAGE)).hasSizeBetween(10, 1_001);
    }
    assertThat(processor.failure()).isNull();
  }

  @Test
  @Order(2)
  void shouldLeaveTheValueOutWhenTheDeadLetterTopicCantCarryIt() throws Exception {
    // given a batch that fits the frames topic compressed only
    byte[] value = poison.raw(20);

    // when
    send(0, value, Map.of("compression.type", "gzip"));

    // then
    ConsumerRecord<String, byte[]> letter = receive(dead, 1).get(0);
    assertThat(header(letter, DeadLetterHeaders.REASON)).isEqualTo("too-large");
    assertThat(header(letter, DeadLetterHeaders.OMITTED_BYTES))
        .isEqualTo(Integer.toString(value.length));
    assertThat(letter.value()).isNull();
  }

  @Test
  @Order(3)
  void shouldPassFramesWithMoreHeadersThanTheirFeaturesCanCarry() throws Exception {
    // given headers that fit the frames topic compressed only
    Header large = new RecordHeader("note", new byte[10 << 20]);
    try (KafkaProducer<String, byte[]> producer =
        producer(Map.of("compression.type", "gzip", "max.request.size", 16 << 20))) {
      // when
      producer
          .send(new ProducerRecord<>("s2.frames", 0, TIME, "cam", poison.good(900), List.of(large)))
          .get();
    }

    // then
    ConsumerRecord<String, byte[]> letter = receive(dead, 1).get(0);
    assertThat(header(letter, DeadLetterHeaders.REASON)).isEqualTo("too-large");
    assertThat(header(letter, DeadLetterHeaders.OMITTED_HEADERS)).isEqualTo("1");
    assertThat(letter.headers().lastHeader("note")).isNull();
    assertThat(letter.key()).isEqualTo("cam");
    assertThat(processor.failure()).isNull();
  }

  @Test
  @Order(4)
  void shouldGoOnAndLogLittleInAStormOfPoison() throws Exception {
    // given
    double before = deadLetters("wrong-magic");

    // when
    try (KafkaProducer<String, byte[]> producer = producer(Map.of())) {
      for (int i = 0; i < STORM; i++) {
        producer.send(new ProducerRecord<>("s2.frames", i % 2, "storm", new byte[] {1, 2, 3}));
        if (i % (STORM / GOOD_IN_STORM) == 0) {
          producer.send(new ProducerRecord<>("s2.frames", 1, "cam", poison.good(i)));
        }
      }
    }

    // then
    assertThat(receive(features, GOOD_IN_STORM)).hasSize(GOOD_IN_STORM);
    assertThat(receive(dead, STORM)).hasSize(STORM);
    assertThat(deadLetters("wrong-magic") - before).isEqualTo(STORM);
    // Of this storm and of those before, which may be so short ago that only they have a line.
    assertThat(LOG.list.stream().filter(line -> line.getFormattedMessage().contains("wrong-magic")))
        .as("lines in the log")
        .hasSizeBetween(1, STORM / 100);
    assertThat(processor.failure()).isNull();
  }

  @Test
  @Order(5)
  void shouldSendTheOneFrameOnThatTheTowerFailsOn() throws Exception {
    // given
    PoisonMessages pixel = new PoisonMessages(kafka, 1);
    ProcessorConfig config =
        config(
            "application-id: tower, frames-topic: tower.frames, features-topic: tower.features,"
                + " dead-letter-topic: tower.dlq, batch: {max-linger: 50ms}");

    // when
    try (KafkaProducer<String, byte[]> producer = producer(Map.of());
        ProcessorApp running =
            ProcessorApp.start(config, new FailingTower(), new SimpleMeterRegistry());
        KafkaConsumer<String, byte[]> good = consumer("tower.features");
        KafkaConsumer<String, byte[]> bad = consumer("tower.dlq")) {
      for (byte first = 63; first < 70; first++) {
        producer.send(new ProducerRecord<>("tower.frames", "cam", pixel.pixel(first)));
      }

      // then
      assertThat(receive(good, 6)).hasSize(6);
      ConsumerRecord<String, byte[]> letter = receive(bad, 1).get(0);
      assertThat(letter.value()).isEqualTo(pixel.pixel(FailingTower.POISON));
      assertThat(header(letter, DeadLetterHeaders.REASON)).isEqualTo("tower-error");
      assertThat(header(letter, DeadLetterHeaders.EXCEPTION))
          .isEqualTo(IllegalStateException.class.getName());
      assertThat(header(letter, DeadLetterHeaders.MESSAGE)).contains("does not like this frame");
      assertThat(running.failure()).isNull();
    }
  }

  private static double deadLetters(String reason) {
    return METERS.get(ProcessorMetrics.DEAD_LETTERS).tag("reason", reason).counter().count();
  }

  private static ProcessorConfig config(String settings) throws Exception {
    return ConfigParser.parse(
        """
        {kafka: {bootstrap.servers: "%s", schema.registry.url: "%s"},
         tower: {model-dir: ../../processor/src/main/model/demo-vit}, max-frames-per-record: 1, %s}
        """
            .formatted(stack.bootstrapServers(), stack.registryUrl(), settings),
        "test",
        ProcessorConfig.class,
        Map.of());
  }

  private static KafkaProducer<String, byte[]> producer(Map<String, ?> more) {
    Map<String, Object> properties = kafka.producer();
    properties.put("max.request.size", 32 << 20);
    properties.putAll(more);
    return new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
  }

  private static void send(int partition, byte[] value) throws Exception {
    send(partition, value, Map.of());
  }

  private static void send(int partition, byte[] value, Map<String, ?> more) throws Exception {
    try (KafkaProducer<String, byte[]> producer = producer(more)) {
      RecordHeader header = new RecordHeader("trace", TRACE);
      producer
          .send(new ProducerRecord<>("s2.frames", partition, TIME, "cam", value, List.of(header)))
          .get();
    }
  }

  private static KafkaConsumer<String, byte[]> consumer(String topic) {
    Map<String, Object> properties = kafka.consumer();
    properties.put("isolation.level", "read_committed");
    KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
    consumer.assign(
        consumer.partitionsFor(topic).stream()
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .toList());
    consumer.seekToBeginning(consumer.assignment());
    return consumer;
  }

  private static List<ConsumerRecord<String, byte[]>> receive(
      KafkaConsumer<String, byte[]> consumer, int count) {
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    while (records.size() < count) {
      consumer.poll(Duration.ofMillis(200)).forEach(records::add);
    }
    return records;
  }

  private static String header(ConsumerRecord<?, ?> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
