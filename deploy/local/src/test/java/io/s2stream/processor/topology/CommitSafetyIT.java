package io.s2stream.processor.topology;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

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
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.apache.kafka.streams.CloseOptions.GroupMembershipOperation.LEAVE_GROUP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * No commit on a real broker may pass a frame that is under way. The control test, with Kafka
 * Streams' own clients in place of the ledger's, must see the fault that the ledger mends: if it
 * doesn't, this test has lost its teeth.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommitSafetyIT {
  private static final int FRAMES = 10;
  private static final int HELD_FROM = 3;
  private static final Map<String, ?> REGISTRY =
      Map.of("schema.registry.url", "mock://commit-safety");

  private EmbeddedBroker broker;
  private Admin admin;
  private int run;

  @BeforeAll
  void startBroker() throws Exception {
    broker = EmbeddedBroker.start();
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  @AfterAll
  void stopBroker() {
    admin.close();
    broker.close();
  }

  @ParameterizedTest
  @CsvSource({"exactly_once_v2, classic", "at_least_once, classic", "exactly_once_v2, streams"})
  void shouldNotCommitPastAFrameUnderWay(String guarantee, String protocol) throws Exception {
    try (Run held = new Run(guarantee, protocol, true)) {
      // given frames 0 to 2 done, 3 held by the device, 4 to 9 behind it
      held.sendFrames();
      assertThat(held.receive(HELD_FROM)).containsExactly(0L, 1L, 2L);
      await().until(() -> held.committed() == HELD_FROM);

      // then many commit intervals later the offset still stands there
      await()
          .during(Duration.ofSeconds(2))
          .atMost(Duration.ofSeconds(4))
          .until(() -> held.committed() == HELD_FROM);

      // when the device goes on
      held.extractor.release();

      // then everything is forwarded and committed, without a new frame having to come
      assertThat(held.receive(FRAMES - HELD_FROM)).containsExactly(3L, 4L, 5L, 6L, 7L, 8L, 9L);
      await().atMost(Duration.ofSeconds(20)).until(() -> held.committed() == FRAMES);
    }
  }

  @ParameterizedTest
  @CsvSource({"exactly_once_v2", "at_least_once"})
  void shouldCommitPastFramesUnderWayWithoutTheLedger(String guarantee) throws Exception {
    try (Run control = new Run(guarantee, "classic", false)) {
      control.sendFrames();
      assertThat(control.receive(HELD_FROM)).containsExactly(0L, 1L, 2L);

      // A crash now would lose the frames from 3 on.
      await().atMost(Duration.ofSeconds(20)).until(() -> control.committed() == FRAMES);
      control.extractor.release();
    }
  }

  @Test
  void shouldHandUnfinishedFramesToTheNextOwnerWhenClosed() throws Exception {
    try (Run first = new Run("exactly_once_v2", "classic", true)) {
      // given a processor that is closed while frames are under way
      first.sendFrames();
      assertThat(first.receive(HELD_FROM)).containsExactly(0L, 1L, 2L);
      first.closeStreams();
      assertThat(first.committed()).isEqualTo(HELD_FROM);

      // when another takes over
      first.extractor.release();
      try (KafkaStreams next = first.newStreams()) {
        next.start();

        // then it has the rest, once and in order
        assertThat(first.receive(FRAMES - HELD_FROM)).containsExactly(3L, 4L, 5L, 6L, 7L, 8L, 9L);
      }
    }
  }

  /** One application with its own topics and one partition. */
  private final class Run implements AutoCloseable {
    private final String name = "run-" + run++;
    private final TopicPartition input = new TopicPartition(name + "-in", 0);
    private final HeldExtractor extractor = new HeldExtractor(HELD_FROM);
    private final ProcessorMetrics metrics = new ProcessorMetrics(new SimpleMeterRegistry());
    private final FrameBatcher batcher =
        new FrameBatcher(extractor, new BatchConfig(1, Duration.ZERO), metrics);
    private final FeatureTopology topology;
    private final Properties config = new Properties();
    private final KafkaStreams streams;
    private final KafkaConsumer<String, FeatureRecord> consumer;

    Run(String guarantee, String protocol, boolean ledger) throws Exception {
      admin
          .createTopics(
              List.of(
                  new NewTopic(name + "-in", 1, (short) 1),
                  new NewTopic(name + "-out", 1, (short) 1),
                  new NewTopic(name + "-dead", 1, (short) 1)))
          .all()
          .get();
      config.put("application.id", name);
      config.put("bootstrap.servers", broker.bootstrapServers());
      config.put("processing.guarantee", guarantee);
      config.put("group.protocol", protocol);
      config.put("commit.interval.ms", 100);
      config.put("poll.ms", 5);
      config.put("consumer.auto.offset.reset", "earliest");
      topology = topology();
      streams =
          ledger
              ? newStreams()
              : new KafkaStreams(topology.topology(), config, new DefaultKafkaClientSupplier());
      streams.start();
      S2AvroDeserializer<FeatureRecord> features = new S2AvroDeserializer<>(FeatureRecord.class);
      features.configure(REGISTRY, false);
      consumer =
          new KafkaConsumer<>(
              Map.of(
                  "bootstrap.servers",
                  broker.bootstrapServers(),
                  "isolation.level",
                  "read_committed"),
              new StringDeserializer(),
              features);
      TopicPartition output = new TopicPartition(name + "-out", 0);
      consumer.assign(List.of(output));
      consumer.seekToBeginning(List.of(output));
    }

    private FeatureTopology topology() {
      S2AvroDeserializer<FrameBatch> frames = new S2AvroDeserializer<>(FrameBatch.class);
      frames.configure(REGISTRY, false);
      S2AvroSerializer features = new S2AvroSerializer();
      features.configure(REGISTRY, false);
      FeaturePipeline pipeline =
          new FeaturePipeline(
              new FrameDecoder(100),
              Runnable::run,
              extractor,
              batcher,
              new FeatureRecords(extractor.tower(), extractor.layout(1, 1), "test"),
              1);
      TopologySettings settings =
          new TopologySettings(
              name + "-in",
              name + "-out",
              name + "-dead",
              2 * FRAMES,
              Duration.ofSeconds(60),
              "test");
      return new FeatureTopology(settings, pipeline, frames, features, metrics);
    }

    KafkaStreams newStreams() {
      return topology.streams(config);
    }

    void sendFrames() throws Exception {
      S2AvroSerializer serializer = new S2AvroSerializer();
      serializer.configure(REGISTRY, false);
      try (KafkaProducer<String, FrameBatch> producer =
          new KafkaProducer<>(
              Map.of("bootstrap.servers", broker.bootstrapServers()),
              new StringSerializer(),
              serializer::serialize)) {
        for (int i = 0; i < FRAMES; i++) {
          ByteBuffer pixel = ByteBuffer.wrap(new byte[] {(byte) i, 0, 0});
          Frame frame = new Frame((long) i, 0L, 0L, false, pixel);
          producer
              .send(
                  new ProducerRecord<>(
                      name + "-in",
                      "cam",
                      new FrameBatch(
                          "cam", (long) i, 1, 1, PixelEncoding.RGB24, List.of(frame), false)))
              .get();
        }
      }
    }

    List<Long> receive(int count) {
      List<Long> indexes = new ArrayList<>();
      while (indexes.size() < count) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(record -> indexes.add(record.value().getFirstFrameIndex()));
      }
      return indexes;
    }

    /** The group's committed offset, -1 if there is none yet. */
    long committed() throws Exception {
      OffsetAndMetadata offset =
          admin.listConsumerGroupOffsets(name).partitionsToOffsetAndMetadata().get().get(input);
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
    }
  }
}
