package io.s2stream.examples;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import io.s2stream.config.KafkaSettings;
import io.s2stream.local.LocalStack;
import io.s2stream.schemas.serde.S2AvroSerializer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static io.s2stream.examples.DoorRecords.START;
import static io.s2stream.examples.DoorRecords.box;
import static io.s2stream.examples.DoorRecords.record;
import static org.assertj.core.api.Assertions.assertThat;

/** The example as it runs: on a real broker, with a real registry. */
@Timeout(90)
class DetectionJoinIT {
  @TempDir private Path state;

  @Test
  void shouldJoinFeaturesWithBoxesOnABroker() throws Exception {
    try (LocalStack stack = LocalStack.start()) {
      KafkaSettings kafka = KafkaSettings.of(stack.kafkaProperties());
      try (Admin admin = Admin.create(kafka.admin())) {
        admin
            .createTopics(
                List.of(
                    new NewTopic("s2.features", 1, (short) 1),
                    new NewTopic(DetectionJoin.DETECTIONS, 1, (short) 1),
                    new NewTopic("objects", 1, (short) 1)))
            .all()
            .get();
      }
      Properties properties = new Properties();
      properties.putAll(stack.kafkaProperties());
      properties.put("application.id", "detection-join");
      properties.put("state.dir", state.toString());
      properties.put("consumer.auto.offset.reset", "earliest");

      // given boxes that are there before the features of their frames
      send(kafka, DetectionJoin.DETECTIONS, box(START, "person", 0, 0, 0.5, 1));
      send(kafka, DetectionJoin.DETECTIONS, box(START + 250_000, "bag", 0.6, 0.6, 0.7, 0.7));
      send(kafka, "s2.features", record(0, 3));

      // when
      List<ObjectFeatures> found;
      try (KafkaStreams streams =
          new KafkaStreams(
              DetectionJoin.topology(
                  kafka.consumer(), "s2.features", "objects", Duration.ofMillis(100)),
              properties)) {
        streams.start();
        found = receive(kafka, 2);
      }

      // then
      assertThat(found).extracting(o -> o.detection().label()).containsExactly("person", "bag");
      assertThat(found).extracting(ObjectFeatures::frameIndex).containsExactly(0L, 1L);
      assertThat(found.get(1).vector()).containsExactly(13, -13);
    }
  }

  private static void send(KafkaSettings kafka, String topic, Object value) throws Exception {
    S2AvroSerializer avro = new S2AvroSerializer();
    avro.configure(kafka.producer(), false);
    byte[] bytes =
        value instanceof Detection box
            ? JsonSerde.of(Detection.class).serializer().serialize(topic, box)
            : avro.serialize(topic, (SpecificRecord) value);
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            kafka.producer(), Serdes.String().serializer(), Serdes.ByteArray().serializer())) {
      // Boxes first: Kafka Streams takes records of its topics in the order of their times.
      long millis = START / 1_000 + (value instanceof Detection ? 0 : 1_000);
      producer.send(new ProducerRecord<>(topic, 0, millis, "door", bytes)).get();
    }
  }

  private static List<ObjectFeatures> receive(KafkaSettings kafka, int count) {
    Map<String, Object> config = new HashMap<>(kafka.consumer());
    List<ObjectFeatures> found = new ArrayList<>();
    try (KafkaConsumer<String, ObjectFeatures> consumer =
        new KafkaConsumer<>(
            config,
            Serdes.String().deserializer(),
            JsonSerde.of(ObjectFeatures.class).deserializer())) {
      TopicPartition objects = new TopicPartition("objects", 0);
      consumer.assign(List.of(objects));
      consumer.seekToBeginning(List.of(objects));
      while (found.size() < count) {
        consumer.poll(Duration.ofMillis(200)).forEach(message -> found.add(message.value()));
      }
    }
    return found;
  }
}
