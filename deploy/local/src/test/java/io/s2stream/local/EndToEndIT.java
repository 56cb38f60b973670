package io.s2stream.local;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

import io.s2stream.config.ConfigParser;
import io.s2stream.ingest.IngestApp;
import io.s2stream.ingest.IngestConfig;
import io.s2stream.ingest.StreamStatus;
import io.s2stream.ingest.synthetic.SyntheticClip;
import io.s2stream.local.registry.EmbeddedRegistry;
import io.s2stream.processor.ProcessorApp;
import io.s2stream.processor.ProcessorConfig;
import io.s2stream.processor.extract.FrameBlock;
import io.s2stream.processor.extract.RgbFrame;
import io.s2stream.processor.extract.S2FeatureExtractor;
import io.s2stream.processor.extract.TowerConfig;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.TensorType;
import io.s2stream.schemas.serde.S2AvroDeserializer;
import io.s2stream.schemas.tensor.FeatureTensor;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A real encoded clip through ingest, broker, registry and processor, to a subscriber;
 * exactly-once.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndToEndIT {
  private static final int CLIP_SECONDS = 4;
  private static final int FPS = 5;
  private static final int SAMPLED = CLIP_SECONDS * FPS;
  private static final int FRAMES_PER_RECORD = 3;
  private static final int CHANNELS = 2 * 192; // two scales of the demo tower
  private static final int RECORDS_PER_STREAM = 7; // 6 of three frames and one of two
  private static final Path DEMO_TOWER = Path.of("../../processor/src/main/model/demo-vit");

  private ProcessorConfig processorConfig;
  private List<ConsumerRecord<String, FrameBatch>> frames;
  private List<ConsumerRecord<String, FeatureRecord>> features;

  private long startMillis;

  @BeforeAll
  void runOnce(@TempDir Path folder) throws Exception {
    startMillis = System.currentTimeMillis();
    Path clip = folder.resolve("clip.mp4");
    SyntheticClip.of(320, 240, 25, Duration.ofSeconds(CLIP_SECONDS)).write(clip);
    try (EmbeddedBroker broker = EmbeddedBroker.start();
        EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      String kafka =
          """
          kafka:
            bootstrap.servers: %s
            schema.registry.url: %s
          """
              .formatted(broker.bootstrapServers(), registry.url());
      processorConfig =
          ConfigParser.parse(
              kafka + "tower: {model-dir: '" + DEMO_TOWER + "'}\ndtype: float32\n",
              "processor",
              ProcessorConfig.class,
              Map.of());
      IngestConfig ingestConfig =
          ConfigParser.parse(
              kafka
                  + """
                  image-size: [448]
                  frames-per-record: %d
                  sampling: {fps: %d}
                  streams:
                    - {id: lobby, uri: '%s'}
                    - {id: yard, uri: '%s'}
                  """
                      .formatted(FRAMES_PER_RECORD, FPS, clip, clip),
              "ingest",
              IngestConfig.class,
              Map.of());
      try (ProcessorApp processor = ProcessorApp.start(processorConfig);
          IngestApp ingest = IngestApp.start(ingestConfig)) {
        assertThat(ingest.awaitFinished(Duration.ofSeconds(60))).isTrue();
        assertThat(ingest.streams())
            .allSatisfy(stream -> assertThat(stream.state()).isEqualTo(StreamStatus.State.FINISHED))
            .allSatisfy(stream -> assertThat(stream.framesAcknowledged()).isEqualTo(SAMPLED));
        features = consume(processorConfig, "s2.features", FeatureRecord.class);
        frames = consume(processorConfig, "s2.frames", FrameBatch.class);
        assertThat(processor.failure()).isNull();
      }
    }
  }

  @Test
  void shouldGiveEachSampledFrameExactlyOneRecordInOrder() {
    for (String stream : List.of("lobby", "yard")) {
      List<FeatureRecord> records = of(stream, features);
      assertThat(
              records.stream()
                  .flatMap(record -> record.getFrames().stream())
                  .map(FrameInfo::getIndex))
          .containsExactlyElementsOf(LongStream.range(0, SAMPLED).boxed().toList());
      assertThat(records).extracting(FeatureRecord::getStreamId).containsOnly(stream);
    }
  }

  @Test
  void shouldDescribeShapeGridAndTower() {
    List<FeatureRecord> records = of("lobby", features);
    assertThat(records).hasSize(RECORDS_PER_STREAM + 1);
    for (FeatureRecord record : records) {
      int batch = record.getFrames().size();
      assertThat(record.getShape()).containsExactly(batch, 196, CHANNELS);
      assertThat(record.getGrid()).containsExactly(14, 14);
      assertThat(record.getImageSizes()).containsExactly(List.of(224, 224), List.of(448, 448));
      assertThat(record.getDtype()).isEqualTo(TensorType.FLOAT32);
      assertThat(record.getTower()).isEqualTo("demo-vit");
      assertThat(record.getTowerSha256()).matches("[0-9a-f]{64}");
      assertThat(record.getData().remaining())
          .isEqualTo(4 * batch * 196 * record.getShape().get(2));
    }
    assertThat(records.subList(0, RECORDS_PER_STREAM))
        .extracting(record -> record.getFrames().size())
        .containsExactly(3, 3, 3, 3, 3, 3, 2);
  }

  @Test
  void shouldCarryTheTimesOfTheFrames() {
    for (FeatureRecord record : of("lobby", features)) {
      for (FrameInfo frame : record.getFrames()) {
        assertThat(frame.getPtsMicros()).isEqualTo(frame.getIndex() * 1_000_000 / FPS);
        assertThat(frame.getCaptureTimeMicros())
            .isBetween(startMillis * 1000, System.currentTimeMillis() * 1000);
      }
    }
  }

  @Test
  void shouldEndWithTheEndMark() {
    for (String stream : List.of("lobby", "yard")) {
      List<FeatureRecord> records = of(stream, features);
      FeatureRecord mark = records.get(records.size() - 1);
      assertThat(mark.getEndOfStream()).isTrue();
      assertThat(mark.getFirstFrameIndex()).isEqualTo(SAMPLED);
      assertThat(mark.getShape().get(0)).isZero();
      assertThat(records.subList(0, records.size() - 1))
          .extracting(FeatureRecord::getEndOfStream)
          .containsOnly(false);
    }
  }

  @Test
  void shouldEqualADirectForwardOfTheSamePixels() throws Exception {
    // On one thread: two would wait for each other whenever another test runs beside this.
    TowerConfig tower =
        new TowerConfig(processorConfig.tower().modelDir(), "cpu", List.of(), 1, 1, null);
    try (S2FeatureExtractor extractor =
        S2FeatureExtractor.load(tower, processorConfig.s2(), TensorType.FLOAT32)) {
      List<FrameBatch> batches = of("yard", frames);
      List<FeatureRecord> records = of("yard", features);
      assertThat(records).hasSameSizeAs(batches);
      for (int i = 0; i < RECORDS_PER_STREAM; i++) {
        float[] expected = direct(extractor, batches.get(i));
        assertThat(largestDifference(FeatureTensor.of(records.get(i)).toFloats(), expected))
            .isLessThan(1e-4f);
      }
    }
  }

  @Test
  void shouldTellDifferentPicturesApart() {
    // The scene moves: equal features of different frames would mean that pixels got lost on the
    // way.
    float[] first = FeatureTensor.of(of("lobby", features).get(0)).toFloats();
    float[] last = FeatureTensor.of(of("lobby", features).get(RECORDS_PER_STREAM - 2)).toFloats();
    assertThat(largestDifference(first, last)).isGreaterThan(0.01f);
  }

  /** In a plain loop: AssertJ takes eight seconds for one record. */
  private static float largestDifference(float[] found, float[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    float largest = 0;
    for (int i = 0; i < found.length; i++) {
      float difference = Math.abs(found[i] - expected[i]);
      // NaN is no small difference.
      largest = Float.isNaN(difference) ? Float.MAX_VALUE : Math.max(largest, difference);
    }
    return largest;
  }

  private static float[] direct(S2FeatureExtractor extractor, FrameBatch batch) throws Exception {
    int bytes = extractor.layout(batch.getHeight(), batch.getWidth()).bytesPerFrame();
    ByteBuffer all =
        ByteBuffer.allocate(batch.getFrames().size() * bytes).order(ByteOrder.LITTLE_ENDIAN);
    List<RgbFrame> pixels = new ArrayList<>();
    List<ByteBuffer> out = new ArrayList<>();
    for (Frame frame : batch.getFrames()) {
      out.add(all.slice(pixels.size() * bytes, bytes));
      pixels.add(new RgbFrame(batch.getHeight(), batch.getWidth(), frame.getData()));
    }
    extractor.extract(FrameBlock.each(pixels, out));
    float[] values = new float[all.capacity() / 4];
    all.asFloatBuffer().get(values);
    return values;
  }

  private static <T> List<T> of(String stream, List<ConsumerRecord<String, T>> records) {
    return records.stream()
        .filter(record -> record.key().equals(stream))
        .map(ConsumerRecord::value)
        .toList();
  }

  /** Everything in a topic, until both streams' end marks are there. */
  private static <T extends SpecificRecord> List<ConsumerRecord<String, T>> consume(
      ProcessorConfig config, String topic, Class<T> type) {
    Map<String, Object> properties = config.kafka().consumer();
    properties.put("isolation.level", "read_committed");
    S2AvroDeserializer<T> values = new S2AvroDeserializer<>(type);
    values.configure(properties, false);
    List<ConsumerRecord<String, T>> records = new ArrayList<>();
    try (KafkaConsumer<String, T> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), values)) {
      consumer.assign(
          consumer.partitionsFor(topic).stream()
              .map(partition -> new TopicPartition(topic, partition.partition()))
              .toList());
      consumer.seekToBeginning(consumer.assignment());
      while (records.size() < 2 * (RECORDS_PER_STREAM + 1)) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
      // A duplicate would come after the last one expected.
      consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
    }
    return records;
  }
}
