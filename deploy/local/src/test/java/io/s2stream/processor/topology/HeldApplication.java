package io.s2stream.processor.topology;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.local.EmbeddedBroker;
import io.s2stream.processor.batch.BatchConfig;
import io.s2stream.processor.batch.FeaturePipeline;
import io.s2stream.processor.batch.FeatureRecords;
import io.s2stream.processor.batch.FrameBatcher;
import io.s2stream.processor.decode.FrameDecoder;
import io.s2stream.processor.metrics.ProcessorMetrics;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.PixelEncoding;
import io.s2stream.schemas.serde.S2AvroDeserializer;
import io.s2stream.schemas.serde.S2AvroSerializer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.errors.TaskCorruptedException;
import org.apache.kafka.streams.processor.TaskId;
import org.jspecify.annotations.Nullable;

import static org.apache.kafka.streams.CloseOptions.GroupMembershipOperation.LEAVE_GROUP;

/**
 * The real topology on a real broker with a device that can be held; each with topics of its own.
 */
final class HeldApplication implements AutoCloseable {
  /** The device waits before this frame of each partition. */
  static final int HELD_FROM = 3;

  private static final Map<String, ?> REGISTRY =
      Map.of("schema.registry.url", "mock://commit-safety");

  private final String name = "run-" + Uuid.randomUuid();
  private final int partitions;
  private final Admin admin;
  private final String servers;
  private final HeldExtractor extractor = new HeldExtractor(HELD_FROM);
  private final ProcessorMetrics metrics = new ProcessorMetrics(new SimpleMeterRegistry());
  private final FrameBatcher batcher =
      new FrameBatcher(extractor, new BatchConfig(1, Duration.ZERO), metrics);
  private final FeatureTopology topology;
  private final Properties config = new Properties();
  private final KafkaStreams streams;
  private final KafkaConsumer<String, FeatureRecord> consumer;

  /**
   * Trouble of one task that is thrown once while a feature record is forwarded.
   *
   * @param partition of the record
   * @param index of the record's frame
   * @param corrupted the task that is said to be in trouble
   */
  record Fault(int partition, long index, TaskId corrupted, AtomicBoolean thrown) {
    Fault(int partition, long index, TaskId corrupted) {
      this(partition, index, corrupted, new AtomicBoolean());
    }

    boolean happened() {
      return thrown.get();
    }

    private void at(FeatureRecord record) {
      boolean here =
          record.getStreamId().equals(stream(partition)) && record.getFirstFrameIndex() == index;
      if (here && thrown.compareAndSet(false, true)) {
        throw new TaskCorruptedException(Set.of(corrupted));
      }
    }
  }

  static HeldApplication start(EmbeddedBroker broker, String guarantee, String protocol)
      throws Exception {
    HeldApplication application =
        new HeldApplication(broker, guarantee, protocol, 1, 100, null, true);
    application.streams.start();
    return application;
  }

  /** With Kafka Streams' own clients. */
  static HeldApplication startWithoutLedger(EmbeddedBroker broker, String guarantee)
      throws Exception {
    HeldApplication application =
        new HeldApplication(broker, guarantee, "classic", 1, 100, null, false);
    application.streams.start();
    return application;
  }

  static HeldApplication startWithFault(
      EmbeddedBroker broker, String guarantee, int partitions, int maxInFlight, Fault fault)
      throws Exception {
    HeldApplication application =
        new HeldApplication(broker, guarantee, "classic", partitions, maxInFlight, fault, true);
    application.streams.start();
    return application;
  }

  private HeldApplication(
      EmbeddedBroker broker,
      String guarantee,
      String protocol,
      int partitions,
      int maxInFlight,
      @Nullable Fault fault,
      boolean ledger)
      throws Exception {
    this.partitions = partitions;
    this.servers = broker.bootstrapServers();
    this.admin = Admin.create(Map.of("bootstrap.servers", servers));
    admin
        .createTopics(
            List.of(
                new NewTopic(name + "-in", partitions, (short) 1),
                new NewTopic(name + "-out", 1, (short) 1),
                new NewTopic(name + "-dead", 1, (short) 1)))
        .all()
        .get();
    config.put("application.id", name);
    config.put("bootstrap.servers", servers);
    config.put("processing.guarantee", guarantee);
    config.put("group.protocol", protocol);
    config.put("commit.interval.ms", 100);
    config.put("poll.ms", 5);
    config.put("consumer.auto.offset.reset", "earliest");
    config.put("consumer.session.timeout.ms", 6_000);
    topology = topology(maxInFlight, fault);
    streams = ledger ? newStreams() : new KafkaStreams(topology.topology(), config);
    streams.setUncaughtExceptionHandler(failure -> StreamThreadExceptionResponse.REPLACE_THREAD);
    consumer = consumer();
  }

  private FeatureTopology topology(int maxInFlight, @Nullable Fault fault) {
    S2AvroDeserializer<FrameBatch> frames = new S2AvroDeserializer<>(FrameBatch.class);
    frames.configure(REGISTRY, false);
    S2AvroSerializer features = new S2AvroSerializer();
    features.configure(REGISTRY, false);
    Serializer<FeatureRecord> faulty =
        (topic, record) -> {
          if (fault != null) {
            fault.at(record);
          }
          return features.serialize(topic, record);
        };
    FeaturePipeline pipeline =
        new FeaturePipeline(
            new FrameDecoder(100),
            Runnable::run,
            extractor,
            batcher,
            new FeatureRecords(extractor.tower(), extractor.layout(1, 1), "test"),
            1,
            100);
    TopologySettings settings =
        new TopologySettings(
            name + "-in",
            name + "-out",
            name + "-dead",
            maxInFlight,
            Duration.ofSeconds(60),
            "test");
    return new FeatureTopology(settings, pipeline, frames, faulty, metrics);
  }

  private KafkaConsumer<String, FeatureRecord> consumer() {
    S2AvroDeserializer<FeatureRecord> features = new S2AvroDeserializer<>(FeatureRecord.class);
    features.configure(REGISTRY, false);
    KafkaConsumer<String, FeatureRecord> all =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", servers, "isolation.level", "read_committed"),
            new StringDeserializer(),
            features);
    TopicPartition output = new TopicPartition(name + "-out", 0);
    all.assign(List.of(output));
    all.seekToBeginning(List.of(output));
    return all;
  }

  /** Another client of the same application, not started; the caller closes it. */
  KafkaStreams newStreams() {
    return topology.streams(config, UnaryOperator.identity());
  }

  void release() {
    extractor.release();
  }

  /** Sends as many frames to each partition; the first byte of a frame is its index. */
  void sendFrames(int perPartition) throws Exception {
    S2AvroSerializer serializer = new S2AvroSerializer();
    serializer.configure(REGISTRY, false);
    try (KafkaProducer<String, FrameBatch> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers), new StringSerializer(), serializer::serialize)) {
      for (long index = 0; index < perPartition; index++) {
        for (int partition = 0; partition < partitions; partition++) {
          Frame frame =
              new Frame(index, 0L, 0L, false, ByteBuffer.wrap(new byte[] {(byte) index, 0, 0}));
          String stream = stream(partition);
          FrameBatch batch =
              new FrameBatch(stream, index, 1, 1, PixelEncoding.RGB24, List.of(frame), false);
          producer.send(new ProducerRecord<>(name + "-in", partition, stream, batch)).get();
        }
      }
    }
  }

  private static String stream(int partition) {
    return "cam-" + partition;
  }

  /**
   * Indices of the frames whose features came since the last call; those of partition p are 1,000 ·
   * p higher.
   */
  List<Long> poll() {
    List<Long> indexes = new ArrayList<>();
    consumer
        .poll(Duration.ofMillis(100))
        .forEach(
            record ->
                indexes.add(
                    record.value().getFirstFrameIndex()
                        + 1_000L * Long.parseLong(record.key().substring("cam-".length()))));
    return indexes;
  }

  /** Waits for at least that many records. */
  List<Long> receive(int count) {
    List<Long> indexes = new ArrayList<>();
    while (indexes.size() < count) {
      indexes.addAll(poll());
    }
    return indexes;
  }

  /** The group's committed offset of partition 0, -1 if there is none yet. */
  long committed() throws Exception {
    OffsetAndMetadata offset =
        admin
            .listConsumerGroupOffsets(name)
            .partitionsToOffsetAndMetadata()
            .get()
            .get(new TopicPartition(name + "-in", 0));
    return offset == null ? -1 : offset.offset();
  }

  void closeStreams() {
    streams.close(
        CloseOptions.timeout(Duration.ofSeconds(20)).withGroupMembershipOperation(LEAVE_GROUP));
  }

  @Override
  public void close() {
    extractor.release();
    closeStreams();
    batcher.close();
    consumer.close();
    admin.close();
  }
}
