package io.s2stream.processor.topology;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.processor.batch.BatchConfig;
import io.s2stream.processor.batch.FakeExtractor;
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
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import static org.assertj.core.api.Assertions.assertThat;

/** A feature topology in Kafka Streams' test driver, with a stand-in for the tower. */
abstract class TopologyFixture {
  static final int MAX_IN_FLIGHT = 4;
  static final int RECORD_BYTES = 1_000;
  static final int LARGEST_RECORD_BYTES = 10_000;
  static final int MAX_FRAMES_PER_RECORD = 2;
  static final Duration MAX_AGE = Duration.ofMinutes(1);
  static final Duration FORWARD_TIMEOUT = Duration.ofSeconds(2);
  static final int MAX_MESSAGE_BYTES = 100_000;

  final FakeExtractor extractor = new FakeExtractor();
  final MeterRegistry meters = new SimpleMeterRegistry();
  final ProcessorMetrics metrics = new ProcessorMetrics(meters);
  final FrameBatcher batcher =
      new FrameBatcher(extractor, new BatchConfig(8, Duration.ZERO), metrics);
  volatile Executor decoders = Runnable::run;
  final S2AvroSerializer serializer = new S2AvroSerializer();
  final S2AvroDeserializer<FrameBatch> frames = new S2AvroDeserializer<>(FrameBatch.class);
  final S2AvroDeserializer<FeatureRecord> features = new S2AvroDeserializer<>(FeatureRecord.class);
  TopologyTestDriver driver;
  TestInputTopic<String, byte[]> in;
  TestOutputTopic<String, FeatureRecord> out;
  TestOutputTopic<String, byte[]> deadLetters;

  @BeforeEach
  void start() {
    Map<String, ?> registry = Map.of("schema.registry.url", "mock://" + getClass().getName());
    serializer.configure(registry, false);
    frames.configure(registry, false);
    features.configure(registry, false);
    FeaturePipeline pipeline =
        new FeaturePipeline(
            new FrameDecoder(1_000_000),
            task -> decoders.execute(task),
            extractor,
            batcher,
            new FeatureRecords(extractor.tower(), FakeExtractor.LAYOUT, "1.2.3"),
            metrics,
            MAX_FRAMES_PER_RECORD,
            MAX_FRAMES_PER_RECORD * FakeExtractor.LAYOUT.bytesPerFrame());
    TopologySettings settings =
        new TopologySettings(
            "in",
            "dead",
            MAX_IN_FLIGHT,
            RECORD_BYTES,
            LARGEST_RECORD_BYTES,
            null,
            null,
            MAX_AGE,
            FORWARD_TIMEOUT,
            "1.2.3",
            MAX_MESSAGE_BYTES,
            Duration.ofSeconds(10));
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    driver =
        new TopologyTestDriver(
            new FeatureTopology(
                    settings,
                    pipeline,
                    frames,
                    serializer,
                    FeatureRoutes.fixed("out"),
                    metrics,
                    new StreamMeters(meters, 1))
                .topology(),
            config);
    in = driver.createInputTopic("in", new StringSerializer(), new ByteArraySerializer());
    out = driver.createOutputTopic("out", new StringDeserializer(), features);
    deadLetters =
        driver.createOutputTopic("dead", new StringDeserializer(), new ByteArrayDeserializer());
  }

  @AfterEach
  void close() {
    driver.close();
    batcher.close();
  }

  List<TestRecord<String, FeatureRecord>> awaitFeatures(int count) {
    List<TestRecord<String, FeatureRecord>> records = new ArrayList<>();
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (records.size() < count) {
      assertThat(System.nanoTime())
          .as("only %s of %s records came", records.size(), count)
          .isLessThan(deadline);
      driver.advanceWallClockTime(Duration.ofMillis(5));
      records.addAll(out.readRecordsToList());
      Thread.onSpinWait();
    }
    return records;
  }

  void send(String key, FrameBatch batch) {
    in.pipeInput(key, bytes(batch));
  }

  byte[] bytes(FrameBatch batch) {
    return serializer.serialize("in", batch);
  }

  static FrameBatch batch(String stream, long firstIndex, int... firstBytes) {
    return batchOfSize(stream, firstIndex, 4, 4, firstBytes);
  }

  static FrameBatch batchOfSize(
      String stream, long firstIndex, int width, int height, int... firstBytes) {
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < firstBytes.length; i++) {
      ByteBuffer pixels = ByteBuffer.allocate(3 * width * height);
      pixels.put(0, (byte) firstBytes[i]);
      frames.add(new Frame(firstIndex + i, (firstIndex + i) * 40_000, 0L, false, pixels));
    }
    return new FrameBatch(stream, firstIndex, width, height, PixelEncoding.RGB24, frames, false);
  }

  static List<Float> floats(FeatureRecord record) {
    ByteBuffer data = record.getData().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    List<Float> values = new ArrayList<>();
    while (data.hasRemaining()) {
      values.add(data.getFloat());
    }
    return values;
  }

  static String header(TestRecord<?, ?> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  static void awaitUninterruptibly(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException e) {
        // keeps waiting, as native code does
      }
    }
  }
}
