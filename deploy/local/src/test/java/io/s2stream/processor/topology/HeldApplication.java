package io.s2stream.processor.topology;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.local.EmbeddedBroker;
import io.s2stream.processor.batch.BatchConfig;
import io.s2stream.processor.batch.FeaturePipeline;
import io.s2stream.processor.batch.FeatureRecords;
import io.s2stream.processor.batch.FrameBatcher;
import io.s2stream.processor.decode.FrameDecoder;
import io.s2stream.processor.metrics.ProcessorMetrics;
import io.s2stream.processor.metrics.StreamMeters;
import io.s2stream.processor.route.FeatureRoutes;
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
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

import static org.apache.kafka.streams.CloseOptions.GroupMembershipOperation.LEAVE_GROUP;

/**
 * The real topology on a real broker with a device that can be held; each with topics of its own.
 */
final class HeldApplication implements AutoCloseable {
  /** The device waits before this frame of each partition. */
  static final int HELD_FROM = 3;

  /** More frames than a stream of a test has. */
  static final long STREAM = 1_000_000;

  /** Of the features topic. */
  static final int MAX_MESSAGE_BYTES = 20_000;

  /** A broker's groups that settle as fast as they can. */
  static final Map<String, String> QUICK_GROUPS =
      Map.of(
          "group.initial.rebalance.delay.ms", "0",
          "group.streams.initial.rebalance.delay.ms", "0",
          "group.streams.assignment.interval.ms", "0",
          "group.streams.min.heartbeat.interval.ms", "200",
          "group.streams.heartbeat.interval.ms", "200",
          "group.streams.min.session.timeout.ms", "6000",
          "group.streams.session.timeout.ms", "6000");

  private static final Map<String, ?> REGISTRY =
      Map.of("schema.registry.url", "mock://commit-safety");

  private final String name = "run-" + Uuid.randomUuid();
  private final int partitions;
  private final FeatureRoutes routes;
  private final List<String> outputs;
  private final Admin admin;
  private final String servers;
  private final HeldExtractor extractor = new HeldExtractor(HELD_FROM);
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final ProcessorMetrics metrics = new ProcessorMetrics(meters);
  private final FrameBatcher batcher =
      new FrameBatcher(extractor, new BatchConfig(1, Duration.ZERO), metrics);
  private final FeatureTopology topology;
  private final ClientHook hook;
  private final Properties config = new Properties();
  private final KafkaStreams streams;
  private final KafkaConsumer<String, FeatureRecord> consumer;
  private final AtomicInteger threadFailures = new AtomicInteger();
  private long nextIndex;

  static HeldApplication start(EmbeddedBroker broker, HeldSetup setup) throws Exception {
    return start(broker.bootstrapServers(), setup);
  }

  static HeldApplication start(String servers, HeldSetup setup) throws Exception {
    HeldApplication application = new HeldApplication(servers, setup);
    application.streams.start();
    return application;
  }

  private HeldApplication(String servers, HeldSetup setup) throws Exception {
    this.partitions = setup.partitions();
    this.servers = servers;
    this.admin = Admin.create(Map.of("bootstrap.servers", servers));
    this.routes = setup.topicPerStream() ? routes(name) : FeatureRoutes.fixed(name + "-out");
    this.outputs =
        IntStream.range(0, partitions).mapToObj(p -> routes.topic(stream(p))).distinct().toList();
    List<NewTopic> topics = new ArrayList<>();
    topics.add(new NewTopic(name + "-in", partitions, (short) 1));
    topics.add(new NewTopic(name + "-dead", 1, (short) 1));
    for (String output : outputs) {
      topics.add(
          new NewTopic(output, 1, (short) 1)
              .configs(Map.of("max.message.bytes", Integer.toString(MAX_MESSAGE_BYTES))));
    }
    admin.createTopics(topics).all().get();
    config.put("application.id", name);
    config.put("bootstrap.servers", servers);
    config.put("processing.guarantee", setup.guarantee());
    config.put("group.protocol", setup.protocol());
    config.put("commit.interval.ms", 100);
    config.put("consumer.auto.offset.reset", "earliest");
    config.put("consumer.max.poll.records", 16);
    config.put("buffered.records.per.partition", 4);
    if (setup.protocol().equals("classic")) {
      config.put("consumer.session.timeout.ms", 6_000);
    }
    config.putAll(setup.properties());
    hook = setup.hook();
    topology = topology(setup);
    streams = setup.ledger() ? newStreams() : plainStreams();
    consumer = consumer();
  }

  private static FeatureRoutes routes(String name) {
    return new FeatureRoutes() {
      @Override
      public String topic(String stream) {
        return name + "-out-" + stream;
      }

      @Override
      public void require(String stream) {}
    };
  }

  private FeatureTopology topology(HeldSetup setup) {
    HeldSetup.Fault fault = setup.fault();
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
            metrics,
            1,
            100);
    TopologySettings settings =
        new TopologySettings(
            name + "-in",
            name + "-dead",
            setup.maxInFlight(),
            1 << 20,
            1 << 20,
            null,
            setup.guarantee().startsWith("exactly") ? Duration.ofMillis(20) : null,
            null,
            setup.forwardTimeout(),
            "test",
            1 << 20,
            Duration.ofSeconds(10));
    return new FeatureTopology(
        settings, pipeline, frames, faulty, routes, metrics, new StreamMeters(meters, 1));
  }

  private KafkaConsumer<String, FeatureRecord> consumer() {
    S2AvroDeserializer<FeatureRecord> features = new S2AvroDeserializer<>(FeatureRecord.class);
    features.configure(REGISTRY, false);
    KafkaConsumer<String, FeatureRecord> all =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", servers, "isolation.level", "read_committed"),
            new StringDeserializer(),
            features);
    all.assign(outputs.stream().map(output -> new TopicPartition(output, 0)).toList());
    all.seekToBeginning(all.assignment());
    return all;
  }

  /** Another client of the same application, not started; the caller closes it. */
  KafkaStreams newStreams() {
    KafkaStreams client = topology.streams(config, hook);
    client.setUncaughtExceptionHandler(this::replaceThread);
    return client;
  }

  private KafkaStreams plainStreams() {
    KafkaStreams client = new KafkaStreams(topology.topology(), config);
    client.setUncaughtExceptionHandler(this::replaceThread);
    return client;
  }

  private StreamThreadExceptionResponse replaceThread(Throwable failure) {
    threadFailures.incrementAndGet();
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  KafkaStreams streams() {
    return streams;
  }

  int threadFailures() {
    return threadFailures.get();
  }

  void release() {
    extractor.release();
  }

  /** Releases the device; each frame then takes at least this long. */
  void release(Duration perFrame) {
    extractor.takeTime(perFrame);
    extractor.release();
  }

  /**
   * Sends as many frames more to each partition; the first byte of a frame is the lowest of its
   * index.
   */
  void sendFrames(int perPartition) throws Exception {
    S2AvroSerializer serializer = new S2AvroSerializer();
    serializer.configure(REGISTRY, false);
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (KafkaProducer<String, FrameBatch> producer =
        new KafkaProducer<>(
            // With more than one, the first batches to a new topic can be overtaken for good.
            Map.of("bootstrap.servers", servers, "max.in.flight.requests.per.connection", 1),
            new StringSerializer(),
            serializer::serialize)) {
      for (long index = nextIndex; index < nextIndex + perPartition; index++) {
        for (int partition = 0; partition < partitions; partition++) {
          Frame frame =
              new Frame(index, 0L, 0L, false, ByteBuffer.wrap(new byte[] {(byte) index, 0, 0}));
          String stream = stream(partition);
          FrameBatch batch =
              new FrameBatch(stream, index, 1, 1, PixelEncoding.RGB24, List.of(frame), false);
          sent.add(producer.send(new ProducerRecord<>(name + "-in", partition, stream, batch)));
        }
      }
      nextIndex += perPartition;
      for (Future<RecordMetadata> each : sent) {
        each.get(); // throws when a frame wasn't written
      }
    }
  }

  static String stream(int partition) {
    return "cam-" + partition;
  }

  /** Adds what came since the last call to a check. */
  void pollInto(OrderCheck check) {
    poll().forEach(index -> check.add(index / STREAM, index % STREAM));
  }

  /**
   * Indices of the frames whose features came since the last call; those of partition p are {@link
   * #STREAM} · p higher.
   */
  List<Long> poll() {
    List<Long> indexes = new ArrayList<>();
    consumer
        .poll(Duration.ofMillis(100))
        .forEach(
            record ->
                indexes.add(
                    record.value().getFirstFrameIndex()
                        + STREAM * Long.parseLong(record.key().substring("cam-".length()))));
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

  /** How many records the brokers have written about offsets and transactions. */
  long brokersNotes() throws Exception {
    return BrokersNotes.count(admin);
  }

  void closeStreams() {
    close(streams);
  }

  static void close(KafkaStreams client) {
    client.close(
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
