package io.s2stream.processor.topology;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.LongStream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.config.ConfigParser;
import io.s2stream.ingest.IngestApp;
import io.s2stream.ingest.IngestConfig;
import io.s2stream.ingest.synthetic.SyntheticClip;
import io.s2stream.local.LocalStack;
import io.s2stream.processor.ProcessorApp;
import io.s2stream.processor.ProcessorConfig;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.serde.S2AvroDeserializer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Both topics get more partitions while files are read and processed: each stream stays in order,
 * nothing is lost or repeated, and the new partitions are worked on.
 */
@Timeout(120)
class PartitionGrowthIT {
  private static final int EARLY_FRAMES = 300;
  private static final int LATER_FRAMES = 25;

  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir private Path folder;
  private String kafka = "";

  @Test
  void shouldKeepTheOrderOfEveryStreamWhenTheTopicsGrow() throws Exception {
    Path longClip = clip("long.mp4", EARLY_FRAMES);
    Path shortClip = clip("short.mp4", LATER_FRAMES);
    try (LocalStack stack = LocalStack.start();
        Admin admin = Admin.create(Map.of("bootstrap.servers", stack.bootstrapServers()))) {
      // Clients look for new partitions every 300 ms in place of 5 minutes.
      kafka =
          "kafka: {bootstrap.servers: '%s', schema.registry.url: '%s', metadata.max.age.ms: 300}\n"
              .formatted(stack.bootstrapServers(), stack.registryUrl());
      admin.createTopics(List.of(topic("s2.frames", 2), topic("s2.features", 4))).all().get();
      HeldExtractor extractor = new HeldExtractor(Integer.MAX_VALUE);

      try (ProcessorApp processor =
              ProcessorApp.start(processor(), extractor, new SimpleMeterRegistry());
          KafkaConsumer<String, SpecificRecord> features = consumer(stack, "s2.features")) {
        // given files under way, which the broker takes slowly: some 8 frames/s
        quota(admin, 100_000.0);
        IngestApp before = IngestApp.start(ingest(longClip, "early", 2));
        await().atMost(LONG).until(() -> end(admin, "s2.features") > 0);

        // when the topics grow, first that of the features; ingest starts again, others come
        grow(admin, "s2.features", 7);
        grow(admin, "s2.frames", 4);
        quota(admin, null);
        before.close();
        assertThat(before.streams())
            .allSatisfy(
                stream ->
                    assertThat(stream.framesAcknowledged())
                        .as("stopped in mid-file")
                        .isLessThan(EARLY_FRAMES));
        try (IngestApp after = IngestApp.start(ingest(longClip, "early", 2));
            IngestApp others = IngestApp.start(ingest(shortClip, "later", 6))) {
          assertThat(after.awaitFinished(LONG)).isTrue();
          assertThat(others.awaitFinished(LONG)).isTrue();
        }
        await().atMost(LONG).untilAsserted(() -> assertThat(lag(admin)).isZero());
        assertThat(processor.failure()).isNull();
        assertThat(processor.health().isReady()).isTrue();

        // then
        Map<String, List<ConsumerRecord<String, SpecificRecord>>> frames;
        try (KafkaConsumer<String, SpecificRecord> reader = consumer(stack, "s2.frames")) {
          frames = readAll(reader, "s2.frames");
        }
        assertThat(frames.keySet()).hasSize(8);
        // The hash of its key over 4 partitions, of either topic, is 2.
        assertThat(frames.getOrDefault("early-0", List.of()).get(0).partition()).isZero();
        assertThat(frames.values().stream().mapToInt(r -> r.get(0).partition()))
            .as("new partitions are used")
            .contains(2, 3);
        readAll(features, "s2.features")
            .forEach(
                (stream, records) ->
                    assertInOrder(records, frames.getOrDefault(stream, List.of())));
      }
    }
  }

  private Path clip(String name, int frames) {
    Path clip = folder.resolve(name);
    SyntheticClip.of(64, 48, 25, Duration.ofSeconds(frames / 25)).write(clip);
    return clip;
  }

  private static NewTopic topic(String name, int partitions) {
    return new NewTopic(name, partitions, (short) 1)
        .configs(Map.of("max.message.bytes", "1048588"));
  }

  private static void assertInOrder(
      List<ConsumerRecord<String, SpecificRecord>> features,
      List<ConsumerRecord<String, SpecificRecord>> frames) {
    assertThat(frames)
        .extracting(ConsumerRecord::partition)
        .containsOnly(frames.get(0).partition());
    assertThat(features)
        .extracting(ConsumerRecord::partition)
        .containsOnly(frames.get(0).partition());
    int count = frames.get(0).key().startsWith("early") ? EARLY_FRAMES : LATER_FRAMES;
    List<Long> all = LongStream.range(0, count).boxed().toList();
    assertThat(
            frames.stream()
                .flatMap(r -> ((FrameBatch) r.value()).getFrames().stream())
                .map(Frame::getIndex))
        .containsExactlyElementsOf(all);
    assertThat(
            features.stream()
                .flatMap(r -> ((FeatureRecord) r.value()).getFrames().stream())
                .map(FrameInfo::getIndex))
        .containsExactlyElementsOf(all);
    FeatureRecord last = (FeatureRecord) features.get(features.size() - 1).value();
    assertThat(last.getEndOfStream()).isTrue();
  }

  /**
   * @param bytesPerSecond of ingest's producer; null: no limit
   */
  private static void quota(Admin admin, @Nullable Double bytesPerSecond) throws Exception {
    ClientQuotaEntity early = new ClientQuotaEntity(Map.of(ClientQuotaEntity.CLIENT_ID, "early"));
    ClientQuotaAlteration.Op rate =
        new ClientQuotaAlteration.Op("producer_byte_rate", bytesPerSecond);
    admin.alterClientQuotas(List.of(new ClientQuotaAlteration(early, List.of(rate)))).all().get();
  }

  private static void grow(Admin admin, String topic, int partitions) throws Exception {
    admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions))).all().get();
  }

  private ProcessorConfig processor() throws Exception {
    return ConfigParser.parse(
        kafka + "tower: {model-dir: unused}\ntopics: {partitions: 4}\n",
        "processor",
        ProcessorConfig.class,
        Map.of());
  }

  private IngestConfig ingest(Path clip, String name, int streams) throws Exception {
    StringBuilder yaml = new StringBuilder(kafka.replace("}", ", client.id: " + name + "}"));
    yaml.append("image-size: [64]\nsampling: {all: true}\ntopics: {partitions: 4}\n");
    yaml.append("max-in-flight: 1MiB\nstreams:\n");
    for (int i = 0; i < streams; i++) {
      yaml.append("  - {id: %s-%d, uri: '%s'}%n".formatted(name, i, clip));
    }
    return ConfigParser.parse(yaml.toString(), "ingest", IngestConfig.class, Map.of());
  }

  private static KafkaConsumer<String, SpecificRecord> consumer(LocalStack stack, String topic) {
    S2AvroDeserializer<SpecificRecord> values = new S2AvroDeserializer<>();
    values.configure(Map.of("schema.registry.url", stack.registryUrl()), false);
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            stack.bootstrapServers(),
            "isolation.level",
            "read_committed",
            "metadata.max.age.ms",
            300),
        new StringDeserializer(),
        values);
  }

  /** Records and markers of all partitions. */
  private static long end(Admin admin, String topic) throws Exception {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    TopicDescription description =
        Objects.requireNonNull(
            admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic));
    description
        .partitions()
        .forEach(p -> latest.put(new TopicPartition(topic, p.partition()), OffsetSpec.latest()));
    return admin.listOffsets(latest).all().get().values().stream().mapToLong(o -> o.offset()).sum();
  }

  private static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }

  /** Of the group, over all partitions that the frames topic has now; some may have no stream. */
  private static long lag(Admin admin) throws Exception {
    var committed =
        admin.listConsumerGroupOffsets("s2-processor").partitionsToOffsetAndMetadata().get();
    return end(admin, "s2.frames")
        - committed.values().stream().mapToLong(offset -> offset.offset()).sum();
  }

  private static Map<String, List<ConsumerRecord<String, SpecificRecord>>> readAll(
      KafkaConsumer<String, SpecificRecord> consumer, String topic) {
    Map<String, List<ConsumerRecord<String, SpecificRecord>>> all = new TreeMap<>();
    List<TopicPartition> partitions = partitions(consumer, topic);
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      for (ConsumerRecord<String, SpecificRecord> record : consumer.poll(Duration.ofMillis(50))) {
        all.computeIfAbsent(record.key(), key -> new ArrayList<>()).add(record);
      }
    }
    return all;
  }
}
