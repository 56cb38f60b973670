package io.s2stream.bench.compare;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.s2stream.bench.BrokerProcess;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.serde.S2AvroDeserializer;
import io.s2stream.schemas.serde.S2AvroSerializer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A broker and a registry in a process of their own, and what comparisons do with them. Every
 * record gets the time at which the broker appended it, so that nothing has to read along while
 * something is timed. Not thread-safe.
 */
final class KafkaBench implements AutoCloseable {
  static final int MAX_MESSAGE_BYTES = 16 << 20;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final BrokerProcess broker;
  private final Admin admin;
  private final AtomicInteger names = new AtomicInteger();

  private KafkaBench(BrokerProcess broker) {
    this.broker = broker;
    this.admin = Admin.create(new HashMap<String, Object>(broker.kafka()));
  }

  static KafkaBench start() throws IOException {
    return new KafkaBench(
        BrokerProcess.start(
            Map.of(
                "log.message.timestamp.type", "LogAppendTime",
                "message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES),
                "log.segment.delete.delay.ms", "100")));
  }

  /** The {@code kafka} section that reaches both, for a configuration in YAML. */
  String yaml() {
    return "kafka: {bootstrap.servers: '%s', schema.registry.url: '%s'}\n"
        .formatted(
            broker.kafka().get("bootstrap.servers"), broker.kafka().get("schema.registry.url"));
  }

  String bootstrapServers() {
    return String.valueOf(broker.kafka().get("bootstrap.servers"));
  }

  Map<String, Object> properties() {
    return new HashMap<>(broker.kafka());
  }

  /** A name that no topic or group has had. */
  String newName(String prefix) {
    return prefix + "-" + names.incrementAndGet();
  }

  void createTopic(String topic, int partitions, int maxMessageBytes)
      throws ExecutionException, InterruptedException {
    NewTopic made =
        new NewTopic(topic, partitions, (short) 1)
            .configs(Map.of("max.message.bytes", Integer.toString(maxMessageBytes)));
    admin.createTopics(List.of(made)).all().get();
  }

  void deleteTopics(Collection<String> topics) throws ExecutionException, InterruptedException {
    admin.deleteTopics(topics).all().get();
  }

  KafkaProducer<String, FrameBatch> frameProducer() {
    Map<String, Object> properties = properties();
    properties.put("max.request.size", MAX_MESSAGE_BYTES);
    properties.put("buffer.memory", 4 * MAX_MESSAGE_BYTES);
    properties.put("linger.ms", 0);
    S2AvroSerializer frames = new S2AvroSerializer();
    frames.configure(properties, false);
    return new KafkaProducer<>(
        properties, new StringSerializer(), (topic, batch) -> frames.serialize(topic, batch));
  }

  /** An empty topic with the limit that ingest gives it at one raw frame of 756 px a record. */
  void createFramesTopic(String topic, int partitions)
      throws ExecutionException, InterruptedException {
    createTopic(topic, partitions, 2 << 20);
  }

  /** Makes a topic of so many frames, which go to the streams in turn. */
  String framesTopic(Picture picture, int frames, int streams, int partitions) throws Exception {
    String topic = newName("frames");
    createFramesTopic(topic, partitions);
    try (KafkaProducer<String, FrameBatch> producer = frameProducer()) {
      for (int i = 0; i < frames; i++) {
        FrameBatch batch = picture.batch("stream-" + i % streams, i / streams);
        var unused = producer.send(new ProducerRecord<>(topic, batch.getStreamId(), batch));
      }
    }
    return topic;
  }

  /**
   * Waits until a group has committed as many records of a topic as there are.
   *
   * @throws WrongOutputException when it does not within minutes
   */
  void awaitCommitted(String group, String topic, int records) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (committed(group, topic) < records) {
      if (System.nanoTime() > end) {
        throw new WrongOutputException(
            "%s processed %d of %d frames within %s"
                .formatted(group, committed(group, topic), records, PATIENCE));
      }
      Thread.sleep(500); // The broker's answers take from the cores that are measured.
    }
  }

  private long committed(String group, String topic) throws Exception {
    Map<TopicPartition, OffsetAndMetadata> offsets =
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    return offsets.entrySet().stream()
        .filter(entry -> entry.getKey().topic().equals(topic) && entry.getValue() != null)
        .mapToLong(entry -> entry.getValue().offset())
        .sum();
  }

  /** A subscriber that sees what is committed, at the beginning of the topic. */
  KafkaConsumer<byte[], byte[]> subscriber(String topic) {
    Map<String, Object> properties = properties();
    properties.put("isolation.level", "read_committed");
    properties.put("max.partition.fetch.bytes", MAX_MESSAGE_BYTES);
    properties.put("max.poll.records", 16);
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    int partitions = consumer.partitionsFor(topic).size();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (partitions == 0 && System.nanoTime() < end) { // The broker has yet to hear of it.
      partitions = consumer.partitionsFor(topic).size();
    }
    consumer.assign(partitions(topic, partitions));
    consumer.seekToBeginning(consumer.assignment());
    return consumer;
  }

  S2AvroDeserializer<FeatureRecord> featureReader() {
    S2AvroDeserializer<FeatureRecord> features = new S2AvroDeserializer<>(FeatureRecord.class);
    features.configure(properties(), false);
    return features;
  }

  S2AvroDeserializer<FrameBatch> frameReader() {
    S2AvroDeserializer<FrameBatch> frames = new S2AvroDeserializer<>(FrameBatch.class);
    frames.configure(properties(), false);
    return frames;
  }

  static List<TopicPartition> partitions(String topic, int count) {
    return IntStream.range(0, count).mapToObj(i -> new TopicPartition(topic, i)).toList();
  }

  /** What is done with each record that was read; nothing of it is kept here. */
  interface Visitor {
    void see(ConsumerRecord<byte[], byte[]> record) throws WrongOutputException;
  }

  /**
   * Reads so many committed records.
   *
   * @return the times at which the broker appended them, ascending, in ms
   * @throws WrongOutputException when there are fewer, or more
   */
  long[] read(String topic, int records, Visitor visitor) throws WrongOutputException {
    List<Long> times = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = subscriber(topic)) {
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (times.size() < records) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          times.add(record.timestamp());
          visitor.see(record);
        }
        if (System.nanoTime() > end) {
          break;
        }
      }
    }
    if (times.size() != records) {
      throw new WrongOutputException(
          "%d instead of %d records are in %s".formatted(times.size(), records, topic));
    }
    return times.stream().mapToLong(t -> t).sorted().toArray();
  }

  /**
   * Records a second after the first quarter of them, in which clients and threads get going.
   *
   * @param times of their appending, ascending, in ms
   */
  static double rate(long[] times) {
    int from = times.length / 4;
    long millis = times[times.length - 1] - times[from];
    return 1e3 * (times.length - 1 - from) / Math.max(1, millis);
  }

  @Override
  public void close() throws IOException {
    admin.close();
    broker.close();
  }
}
