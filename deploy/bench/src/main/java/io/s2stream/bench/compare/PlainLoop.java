package io.s2stream.bench.compare;

import java.time.Duration;
import java.util.Map;

import io.s2stream.processor.decode.FrameDecoder;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.serde.S2AvroDeserializer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The least that moves the same bytes, at least once: one thread reads a record, sends one of the
 * features' size, and every 100 ms, as the processor does, flushes and commits. With a producer
 * that has a transactional id exactly once: what a poll gave is a transaction.
 */
final class PlainLoop {
  private static final Duration COMMIT_INTERVAL = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final int outBytes;
  private final @Nullable S2AvroDeserializer<FrameBatch> frames;
  private final FrameDecoder decoder = new FrameDecoder(1 << 24);

  private PlainLoop(
      KafkaConsumer<byte[], byte[]> consumer,
      KafkaProducer<byte[], byte[]> producer,
      int outBytes,
      @Nullable S2AvroDeserializer<FrameBatch> frames) {
    this.consumer = consumer;
    this.producer = producer;
    this.outBytes = outBytes;
    this.frames = frames;
  }

  /**
   * Moves all records of a topic of one partition.
   *
   * @param consumerProperties the processor's, without its group
   * @param outBytes of each record that is sent
   * @param frames reads each record, whose frames are then decoded; null: no look inside
   */
  static void run(
      Map<String, Object> consumerProperties,
      Map<String, Object> producerProperties,
      String from,
      String to,
      int records,
      int outBytes,
      @Nullable S2AvroDeserializer<FrameBatch> frames) {
    try (KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                consumerProperties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                producerProperties, new ByteArraySerializer(), new ByteArraySerializer())) {
      consumer.assign(KafkaBench.partitions(from, 1));
      consumer.seekToBeginning(consumer.assignment());
      PlainLoop loop = new PlainLoop(consumer, producer, outBytes, frames);
      if (producerProperties.containsKey(ProducerConfig.TRANSACTIONAL_ID_CONFIG)) {
        loop.moveInTransactions(to, records);
      } else {
        loop.move(to, records);
      }
    }
  }

  private void move(String to, int records) {
    long committed = System.nanoTime();
    int moved = 0;
    while (moved < records) {
      ConsumerRecords<byte[], byte[]> polled = consumer.poll(Duration.ofSeconds(1));
      send(to, polled);
      moved += polled.count();
      if (System.nanoTime() - committed > COMMIT_INTERVAL.toNanos() || moved == records) {
        producer.flush();
        consumer.commitSync();
        committed = System.nanoTime();
      }
    }
  }

  private void moveInTransactions(String to, int records) {
    producer.initTransactions();
    int moved = 0;
    while (moved < records) {
      ConsumerRecords<byte[], byte[]> polled = consumer.poll(Duration.ofSeconds(1));
      if (!polled.isEmpty()) {
        producer.beginTransaction();
        send(to, polled);
        producer.sendOffsetsToTransaction(polled.nextOffsets(), consumer.groupMetadata());
        producer.commitTransaction();
        moved += polled.count();
      }
    }
  }

  private void send(String to, ConsumerRecords<byte[], byte[]> polled) {
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      decode(record);
      var unused = producer.send(new ProducerRecord<>(to, record.key(), new byte[outBytes]));
    }
  }

  private void decode(ConsumerRecord<byte[], byte[]> record) {
    if (frames != null) {
      var unused =
          decoder.decode(frames.deserialize(record.topic(), record.headers(), record.value()));
    }
  }
}
