package io.s2stream.processor.topology;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.s2stream.local.EmbeddedBroker;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The producer on a real broker, with a link to it that can stand still. */
@Timeout(120)
class FirstSendsIT {
  private static final String TOPIC = "features";
  private static final int FIRST = 10;
  private static final int ALL = 30;

  private final AtomicInteger given = new AtomicInteger();
  private final List<Future<RecordMetadata>> sent = new ArrayList<>();

  @Test
  void shouldSendNothingMoreToAPartitionBeforeItsFirstRecordIsThere(@TempDir Path storage)
      throws Exception {
    int port = EmbeddedBroker.freePort();
    try (StallingLink link = new StallingLink(port);
        EmbeddedBroker broker =
            EmbeddedBroker.start(
                storage,
                port,
                Map.of("advertised.listeners", "PLAINTEXT://127.0.0.1:" + link.port()));
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        LedgerProducer producer = producer(broker)) {
      admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
      await().until(() -> !producer.partitionsFor(TOPIC).isEmpty());

      // given a link that stands still
      link.stall();

      // when many records are sent, those behind the first wait for it
      CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(producer, FIRST));
      await().until(() -> given.get() == 1);
      await().during(Duration.ofSeconds(1)).until(() -> given.get() == 1);
      link.goOn();
      sending.get();

      // and later ones wait for nothing
      link.stall();
      send(producer, ALL);
      assertThat(sent.get(ALL - 1)).isNotDone();
      link.goOn();
      for (Future<RecordMetadata> each : sent) {
        each.get();
      }
      assertThat(read(broker)).isEqualTo(IntStream.range(0, ALL).boxed().toList());
    }
  }

  private static LedgerProducer producer(EmbeddedBroker broker) {
    return new LedgerProducer(
        Map.of("bootstrap.servers", broker.bootstrapServers(), "batch.size", 1),
        false,
        new ThreadLedgers(),
        (topic, timestampMillis) -> {});
  }

  private void send(LedgerProducer producer, int upTo) {
    while (given.get() < upTo) {
      byte[] value = {(byte) given.getAndIncrement()};
      sent.add(producer.send(new ProducerRecord<>(TOPIC, 0, null, value), null));
    }
  }

  private static List<Integer> read(EmbeddedBroker broker) {
    List<Integer> values = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(new TopicPartition(TOPIC, 0)));
      consumer.seekToBeginning(consumer.assignment());
      while (values.size() < ALL) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(record -> values.add((int) record.value()[0]));
      }
    }
    return values;
  }
}
