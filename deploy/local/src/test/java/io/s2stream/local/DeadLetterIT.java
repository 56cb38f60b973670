package io.s2stream.local;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import io.s2stream.config.ConfigParser;
import io.s2stream.config.KafkaSettings;
import io.s2stream.processor.ProcessorApp;
import io.s2stream.processor.ProcessorConfig;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.PixelEncoding;
import io.s2stream.schemas.serde.S2AvroSerializer;
import io.s2stream.schemas.topics.DeadLetterHeaders;
import io.s2stream.schemas.topics.TopicPreflight;
import io.s2stream.schemas.topics.TopicSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Poison among good frames, through the real processor: each ends in the dead-letter topic, whole,
 * and nothing else.
 */
@Timeout(120)
class DeadLetterIT {
  private static final int SIDE = 448;
  private static final int FRAMES_IN_LARGEST = 8;

  @Test
  void shouldSendPoisonOnWholeAndGoOnEvenWhenItIsLargerThanAnyGoodRecord() throws Exception {
    try (LocalStack stack = LocalStack.start()) {
      // given a frames topic that carries more than this processor takes
      KafkaSettings kafka = KafkaSettings.of(stack.kafkaProperties());
      try (TopicPreflight topics = TopicPreflight.connect(kafka, Duration.ofSeconds(20))) {
        topics.ensure(new TopicSpec("s2.frames", 8L << 20, 1, 1, true));
      }
      List<byte[]> poison =
          List.of("not a record".getBytes(StandardCharsets.UTF_8), batch(kafka, FRAMES_IN_LARGEST));

      // when
      send(kafka, poison.get(0), poison.get(1), batch(kafka, 1));
      try (ProcessorApp processor = ProcessorApp.start(config(stack))) {

        // then
        assertThat(consume(kafka, "s2.features", 1)).hasSize(1);
        List<ConsumerRecord<String, byte[]>> dead = consume(kafka, "s2.frames.dlq", 2);
        assertThat(dead).extracting(ConsumerRecord::value).containsExactlyElementsOf(poison);
        assertThat(dead).extracting(ConsumerRecord::key).containsOnly("cam");
        assertThat(dead)
            .extracting(record -> header(record, DeadLetterHeaders.REASON))
            .containsExactly("unreadable-record", "too-large");
        assertThat(dead)
            .extracting(record -> header(record, DeadLetterHeaders.OFFSET))
            .containsExactly("0", "1");
        assertThat(processor.failure()).isNull();
      }
    }
  }

  private static ProcessorConfig config(LocalStack stack) throws Exception {
    return ConfigParser.parse(
        """
        kafka: {bootstrap.servers: "%s", schema.registry.url: "%s"}
        tower: {model-dir: ../../processor/src/main/model/demo-vit}
        max-frames-per-record: 1
        """
            .formatted(stack.bootstrapServers(), stack.registryUrl()),
        "test",
        ProcessorConfig.class,
        Map.of());
  }

  private static byte[] batch(KafkaSettings kafka, int frames) {
    Frame frame = new Frame(0L, 0L, 0L, false, ByteBuffer.allocate(3 * SIDE * SIDE));
    S2AvroSerializer serializer = new S2AvroSerializer();
    serializer.configure(kafka.producer(), false);
    return serializer.serialize(
        "s2.frames",
        new FrameBatch(
            "cam", 0L, SIDE, SIDE, PixelEncoding.RGB24, Collections.nCopies(frames, frame), false));
  }

  private static void send(KafkaSettings kafka, byte[]... values) throws Exception {
    Map<String, Object> properties = kafka.producer();
    properties.put("max.request.size", 8 << 20);
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer())) {
      for (byte[] value : values) {
        producer.send(new ProducerRecord<>("s2.frames", "cam", value)).get();
      }
    }
  }

  private static List<ConsumerRecord<String, byte[]>> consume(
      KafkaSettings kafka, String topic, int count) {
    Map<String, Object> properties = kafka.consumer();
    properties.put("isolation.level", "read_committed");
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(
          consumer.partitionsFor(topic).stream()
              .map(partition -> new TopicPartition(topic, partition.partition()))
              .toList());
      consumer.seekToBeginning(consumer.assignment());
      while (records.size() < count) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  private static String header(ConsumerRecord<?, ?> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
