package io.s2stream.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.s2stream.config.KafkaSettings;
import io.s2stream.ingest.publish.ProducerSettings;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(120)
class EmbeddedBrokerIT {
  private static final String TOPIC = "numbers";

  @Test
  void shouldKeepOnlyCommittedRecordsWhenTransactionsAreUsed() throws Exception {
    Path storage;
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      storage = broker.storageDirectory();
      createTopic(broker, TOPIC);
      try (KafkaProducer<String, String> producer =
          producer(broker, Map.of("transactional.id", "t"))) {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(TOPIC, "k", "aborted")).get();
        producer.abortTransaction();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(TOPIC, "k", "committed")).get();
        producer.commitTransaction();
      }

      assertThat(consume(broker, 1)).containsExactly("committed");
    }
    assertThat(storage).doesNotExist();
  }

  @Test
  void shouldSpreadStreamsEvenlyAndKeepEachInOnePartitionWhenSentAsIngestDoes() throws Exception {
    // given
    int streams = 1_000;
    int partitions = 8;
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
        admin.createTopics(List.of(new NewTopic(TOPIC, partitions, (short) 1))).all().get();
      }
      Map<String, Object> asIngest =
          ProducerSettings.of(
              KafkaSettings.of(
                  Map.of(
                      "bootstrap.servers", broker.bootstrapServers(),
                      "producer.value.serializer", StringSerializer.class.getName())),
              1_000,
              1 << 20);

      // when
      Map<String, Set<Integer>> partitionsByStream = new ConcurrentHashMap<>();
      // Two producers, one after the other: what one remembers must play no part.
      for (int time = 0; time < 2; time++) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(asIngest)) {
          for (int i = 0; i < 2 * streams; i++) {
            String stream = "site-%02d/camera-%03d".formatted(i % streams % 20, i % streams / 20);
            producer.send(
                new ProducerRecord<>(TOPIC, stream, "x"),
                (sent, failure) ->
                    partitionsByStream
                        .computeIfAbsent(stream, s -> ConcurrentHashMap.newKeySet())
                        .add(failure == null ? sent.partition() : -1));
          }
        }
      }

      // then
      assertThat(partitionsByStream)
          .hasSize(streams)
          .allSatisfy((s, p) -> assertThat(p).hasSize(1));
      int[] counts = new int[partitions];
      partitionsByStream.values().forEach(p -> counts[p.iterator().next()]++);
      // 125 expected, standard deviation 10.5: by chance outside once in 16,000.
      assertThat(Arrays.stream(counts).boxed())
          .allSatisfy(count -> assertThat(count).isBetween(125 - 42, 125 + 42));
    }
  }

  @Test
  void shouldKeepRecordsWhenRestartedOnTheSameDirectory(@TempDir Path dir) throws Exception {
    int port = EmbeddedBroker.freePort();
    try (EmbeddedBroker broker = EmbeddedBroker.start(dir, port, Map.of())) {
      createTopic(broker, TOPIC);
      send(broker, "one");
    }
    try (EmbeddedBroker broker = EmbeddedBroker.start(dir, port, Map.of())) {
      send(broker, "two");

      assertThat(broker.bootstrapServers()).isEqualTo("127.0.0.1:" + port);
      assertThat(consume(broker, 2)).containsExactly("one", "two");
    }
    assertThat(dir).isNotEmptyDirectory();
  }

  @Test
  void shouldCarryRecordsOfManyMegabytes() throws Exception {
    String large = "x".repeat(20 << 20);
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      createTopic(broker, TOPIC);

      send(broker, large);

      assertThat(consume(broker, 1)).containsExactly(large);
    }
  }

  /** The native codecs are of later versions than Kafka asks for. */
  @Test
  void shouldCarryRecordsInEveryCompression() throws Exception {
    String large = "0123456789".repeat(100_000);
    List<String> codecs = List.of("gzip", "snappy", "lz4", "zstd");
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      createTopic(broker, TOPIC);

      for (String codec : codecs) {
        try (KafkaProducer<String, String> producer =
            producer(broker, Map.of("compression.type", codec))) {
          producer.send(new ProducerRecord<>(TOPIC, "k", codec + large)).get();
        }
      }

      assertThat(consume(broker, codecs.size()))
          .containsExactlyElementsOf(codecs.stream().map(codec -> codec + large).toList());
    }
  }

  @Test
  void shouldSayWhichPortWhenItIsTaken(@TempDir Path dir) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> EmbeddedBroker.start(dir, taken.getLocalPort(), Map.of()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
    }
  }

  private static void createTopic(EmbeddedBroker broker, String topic) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    }
  }

  private static KafkaProducer<String, String> producer(
      EmbeddedBroker broker, Map<String, Object> extra) {
    Map<String, Object> properties = new HashMap<>(extra);
    properties.put("bootstrap.servers", broker.bootstrapServers());
    properties.put("max.request.size", 64 << 20);
    return new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
  }

  private static void send(EmbeddedBroker broker, String value) throws Exception {
    try (KafkaProducer<String, String> producer = producer(broker, Map.of())) {
      producer.send(new ProducerRecord<>(TOPIC, "k", value)).get();
    }
  }

  /** Reads until the number of records is there, then one more poll to catch surplus ones. */
  private static List<String> consume(EmbeddedBroker broker, int count) {
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "auto.offset.reset", "earliest",
                "isolation.level", "read_committed"),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.assign(List.of(new TopicPartition(TOPIC, 0)));
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (values.size() < count && System.nanoTime() < deadline) {
        consumer.poll(Duration.ofMillis(200)).forEach(r -> values.add(r.value()));
      }
      consumer.poll(Duration.ofMillis(300)).forEach(r -> values.add(r.value()));
    }
    return values;
  }
}
