package io.s2stream.processor.topology;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.meters.StreamLabels;
import io.s2stream.processor.batch.BatchConfig;
import io.s2stream.processor.batch.FakeExtractor;
import io.s2stream.processor.batch.FeaturePipeline;
import io.s2stream.processor.batch.FeatureRecords;
import io.s2stream.processor.batch.ForwardFailedException;
import io.s2stream.processor.batch.FrameBatcher;
import io.s2stream.processor.decode.FrameDecoder;
import io.s2stream.processor.metrics.ProcessorMetrics;
import io.s2stream.processor.metrics.StreamMeters;
import io.s2stream.processor.route.FeatureRoutes;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.PixelEncoding;
import io.s2stream.schemas.serde.S2AvroDeserializer;
import io.s2stream.schemas.serde.S2AvroSerializer;
import io.s2stream.schemas.serde.UnreadableMessageException;
import io.s2stream.schemas.topics.DeadLetterHeaders;
import io.s2stream.schemas.topics.FeatureHeaders;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(30)
class FeatureTopologyTest {
  private static final int MAX_IN_FLIGHT = 4;
  private static final int RECORD_BYTES = 1_000;
  private static final int LARGEST_RECORD_BYTES = 10_000;
  private static final int MAX_FRAMES_PER_RECORD = 2;
  private static final Duration MAX_AGE = Duration.ofMinutes(1);
  private static final Duration FORWARD_TIMEOUT = Duration.ofSeconds(2);
  private static final int MAX_MESSAGE_BYTES = 100_000;

  private final FakeExtractor extractor = new FakeExtractor();
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final ProcessorMetrics metrics = new ProcessorMetrics(meters);
  private final FrameBatcher batcher =
      new FrameBatcher(extractor, new BatchConfig(8, Duration.ZERO), metrics);
  private final S2AvroSerializer serializer = new S2AvroSerializer();
  private final S2AvroDeserializer<FrameBatch> frames = new S2AvroDeserializer<>(FrameBatch.class);
  private final S2AvroDeserializer<FeatureRecord> features =
      new S2AvroDeserializer<>(FeatureRecord.class);
  private TopologyTestDriver driver;
  private TestInputTopic<String, byte[]> in;
  private TestOutputTopic<String, FeatureRecord> out;
  private TestOutputTopic<String, byte[]> deadLetters;

  @BeforeEach
  void start() {
    Map<String, ?> registry = Map.of("schema.registry.url", "mock://" + getClass().getName());
    serializer.configure(registry, false);
    frames.configure(registry, false);
    features.configure(registry, false);
    FeaturePipeline pipeline =
        new FeaturePipeline(
            new FrameDecoder(1_000_000),
            Runnable::run,
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

  @Test
  void shouldGiveOneDescribingRecordForEachBatchInOrder() {
    // when
    send("cam", batch("cam", 0, 10, 20));
    send("cam", batch("cam", 2, 30));
    List<TestRecord<String, FeatureRecord>> records = awaitFeatures(2);

    // then
    assertThat(records).extracting(TestRecord::key).containsExactly("cam", "cam");
    FeatureRecord first = records.get(0).value();
    assertThat(first.getStreamId()).isEqualTo("cam");
    assertThat(first.getFirstFrameIndex()).isEqualTo(0);
    assertThat(first.getShape()).containsExactly(2, 1, 2);
    assertThat(first.getGrid()).containsExactly(1, 1);
    assertThat(first.getImageSizes()).containsExactly(List.of(4, 4));
    assertThat(first.getTower()).isEqualTo("fake");
    assertThat(first.getTowerSha256()).isEqualTo("00ff");
    assertThat(first.getProcessorVersion()).isEqualTo("1.2.3");
    assertThat(first.getFrames()).extracting(FrameInfo::getPtsMicros).containsExactly(0L, 40_000L);
    assertThat(floats(first)).containsExactly(10f, 20f, 20f, 40f);
    assertThat(records.get(1).value().getFirstFrameIndex()).isEqualTo(2);
    assertThat(floats(records.get(1).value())).containsExactly(30f, 60f);
  }

  @Test
  void shouldKeepTimestampAndHeadersOfTheFrames() {
    // given
    Headers headers = new RecordHeaders().add("traceparent", new byte[] {1, 2});

    // when
    in.pipeInput(
        new TestRecord<>("cam", bytes(batch("cam", 0, 1)), headers, Instant.ofEpochMilli(1234)));
    TestRecord<String, FeatureRecord> record = awaitFeatures(1).get(0);

    // then
    assertThat(record.timestamp()).isEqualTo(1234);
    assertThat(record.headers().lastHeader("traceparent").value()).containsExactly(1, 2);
    assertThat(header(record, FeatureHeaders.PROCESSOR_VERSION)).isEqualTo("1.2.3");
    assertThat(header(record, FeatureHeaders.TOWER_SHA256))
        .isEqualTo(record.value().getTowerSha256())
        .isNotEmpty();
    assertThat(header(record, FeatureHeaders.FRAMES)).isEqualTo("in-0@0");
  }

  @Test
  void shouldPassAnEndMarkOnAfterAllFramesBeforeIt() {
    // when
    send("cam", batch("cam", 0, 1));
    send("cam", new FrameBatch("cam", 1L, 0, 0, PixelEncoding.RGB24, List.of(), true));
    List<TestRecord<String, FeatureRecord>> records = awaitFeatures(2);

    // then
    FeatureRecord mark = records.get(1).value();
    assertThat(mark.getEndOfStream()).isTrue();
    assertThat(mark.getFirstFrameIndex()).isEqualTo(1);
    assertThat(mark.getShape()).containsExactly(0, 1, 2);
    assertThat(mark.getData().remaining()).isZero();
    assertThat(records.get(0).value().getEndOfStream()).isFalse();
  }

  @Test
  void shouldKeepTheOrderWhenManyRecordsAreUnderWay() {
    // when
    IntStream.range(0, 50).forEach(i -> send("cam", batch("cam", i, i)));

    // then
    assertThat(awaitFeatures(50))
        .extracting(record -> record.value().getFirstFrameIndex())
        .containsExactlyElementsOf(LongStream.range(0, 50).boxed().toList());
  }

  @Test
  void shouldNotForwardBeforeTheResultIsThereAndNotBlockMeanwhile() {
    // given a device that waits
    CountDownLatch gate = new CountDownLatch(1);
    extractor.beforeForward(() -> awaitUninterruptibly(gate));

    // when more records come than may be under way
    IntStream.range(0, 3 * MAX_IN_FLIGHT).forEach(i -> send("cam", batch("cam", i, i)));
    driver.advanceWallClockTime(Duration.ofMillis(20));

    // then
    assertThat(out.isEmpty()).isTrue();
    gate.countDown();
    assertThat(awaitFeatures(3 * MAX_IN_FLIGHT))
        .extracting(record -> record.value().getFirstFrameIndex())
        .containsExactlyElementsOf(LongStream.range(0, 3 * MAX_IN_FLIGHT).boxed().toList());
  }

  @Test
  void shouldCountLargeRecordsAsSeveral() {
    // given a device that waits
    CountDownLatch gate = new CountDownLatch(1);
    extractor.beforeForward(() -> awaitUninterruptibly(gate));

    // when records come that count as three of four
    IntStream.range(0, 3).forEach(i -> send("cam", batchOfSize("cam", i, 28, 28, i)));
    gate.countDown();

    // then each is under way alone: two that waited for the device would go in one forward
    assertThat(awaitFeatures(3))
        .extracting(record -> record.value().getFirstFrameIndex())
        .containsExactly(0L, 1L, 2L);
    assertThat(extractor.batchSizes()).containsExactly(1, 1, 1);
  }

  @Test
  void shouldTakeRecordsLargerThanATasksShareOneByOneAndRefuseThoseBeyondTheHeap() {
    // when two are larger than all of four, and one is larger than may be
    send("cam", batchOfSize("cam", 0, 40, 40, 7));
    send("cam", batchOfSize("cam", 1, 100, 100, 8));
    send("cam", batchOfSize("cam", 2, 40, 40, 9));

    // then
    assertThat(awaitFeatures(2))
        .extracting(record -> record.value().getFirstFrameIndex())
        .containsExactly(0L, 2L);
    assertThat(extractor.batchSizes()).containsExactly(1, 1);
    TestRecord<String, byte[]> dead = deadLetters.readRecord();
    assertThat(header(dead, DeadLetterHeaders.REASON)).isEqualTo("too-large");
    assertThat(header(dead, DeadLetterHeaders.MESSAGE)).contains("100x100", "memory.max");
  }

  @Test
  void shouldFailTheTaskWhenTheDeviceHangs() {
    // given a device that never comes back
    CountDownLatch gate = new CountDownLatch(1);
    extractor.beforeForward(() -> awaitUninterruptibly(gate));
    send("cam", batch("cam", 0, 1));

    // then the task fails after forward-timeout, and not much later
    long start = System.nanoTime();
    assertThatThrownBy(() -> awaitFeatures(1)).hasStackTraceContaining("forward-timeout (PT2S)");
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(FORWARD_TIMEOUT.minusMillis(200), FORWARD_TIMEOUT.plusSeconds(10));
    assertThat(out.isEmpty()).isTrue();
    gate.countDown();
  }

  @Test
  void shouldMarkFramesThatAreTooOldInPlaceOfTheirFeatures() {
    // when one of three batches is older than may be
    long now = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
    send("cam", captured(batch("cam", 0, 1), now));
    send("cam", captured(batch("cam", 1, 2, 3), now - TimeUnit.MINUTES.toMicros(2)));
    send("cam", captured(batch("cam", 3, 4), now));
    send("more", captured(batch("more", 0, 5), now - TimeUnit.MINUTES.toMicros(2)));
    List<TestRecord<String, FeatureRecord>> records = awaitFeatures(4);

    // then
    assertThat(records)
        .extracting(record -> record.value().getSkipped())
        .containsExactly(null, "late", null, "late");
    FeatureRecord late = records.get(1).value();
    assertThat(late.getFirstFrameIndex()).isEqualTo(1);
    assertThat(late.getFrames()).extracting(FrameInfo::getIndex).containsExactly(1L, 2L);
    assertThat(late.getShape()).containsExactly(0, 1, 2);
    assertThat(late.getData().remaining()).isZero();
    assertThat(floats(records.get(2).value())).containsExactly(4f, 8f);
    assertThat(skipped("cam")).isEqualTo(2);
    assertThat(skipped(StreamLabels.OTHER)).isEqualTo(1);
  }

  private double skipped(String stream) {
    return meters
        .get(StreamMeters.SKIPPED)
        .tag("stream", stream)
        .tag("reason", "late")
        .counter()
        .count();
  }

  private static FrameBatch captured(FrameBatch batch, long micros) {
    batch.getFrames().forEach(frame -> frame.setCaptureTimeMicros(micros));
    return batch;
  }

  @Test
  void shouldSendPoisonToTheDeadLettersAndGoOn() {
    // given
    byte[] garbage = "not a record".getBytes(StandardCharsets.UTF_8);
    FrameBatch wrongSize = batch("cam", 1, 1);
    wrongSize.setWidth(5);
    FrameBatch refusedSize = batchOfSize("cam", 2, FakeExtractor.REFUSED_WIDTH, 4, 9);
    FrameBatch tooMany = batch("cam", 3, 1, 2, 3);
    FrameBatch noFrames = new FrameBatch("cam", 4L, 4, 4, PixelEncoding.RGB24, List.of(), false);

    // when
    in.pipeInput("cam", garbage);
    send("cam", wrongSize);
    send("cam", refusedSize);
    send("cam", tooMany);
    send("cam", noFrames);
    in.pipeInput("cam", null);
    send("cam", batch("cam", 5, 55));
    List<TestRecord<String, FeatureRecord>> good = awaitFeatures(1);

    // then
    assertThat(good.get(0).value().getFirstFrameIndex()).isEqualTo(5);
    List<TestRecord<String, byte[]>> dead = deadLetters.readRecordsToList();
    assertThat(dead)
        .extracting(record -> header(record, DeadLetterHeaders.REASON))
        .containsExactly(
            "wrong-magic",
            "size-mismatch",
            "unsupported-size",
            "too-large",
            "no-frames",
            "no-value");
    assertThat(dead.get(0).value()).isEqualTo(garbage);
    assertThat(dead.get(0).key()).isEqualTo("cam");
    assertThat(header(dead.get(3), DeadLetterHeaders.TOPIC)).isEqualTo("in");
    assertThat(header(dead.get(3), DeadLetterHeaders.PARTITION)).isEqualTo("0");
    assertThat(header(dead.get(3), DeadLetterHeaders.OFFSET)).isEqualTo("3");
    assertThat(header(dead.get(3), DeadLetterHeaders.MESSAGE)).contains("3 frames", "allows 2");
    assertThat(header(dead.get(3), DeadLetterHeaders.PROCESSOR_VERSION)).isEqualTo("1.2.3");
  }

  @Test
  void shouldKeepEveryHeaderAsItCameAndAddOurs() {
    // given a record that has gone through here before
    RecordHeaders headers = new RecordHeaders();
    headers.add("trace", new byte[] {0, -1, 127}).add("trace", null).add("empty", new byte[0]);
    headers.add(DeadLetterHeaders.REASON, "earlier".getBytes(StandardCharsets.UTF_8));
    Header[] original = headers.toArray();

    // when
    in.pipeInput(new TestRecord<>("cam-7", new byte[] {1}, headers, 1_234L));

    // then
    TestRecord<String, byte[]> dead = deadLetters.readRecord();
    assertThat(Arrays.copyOf(dead.headers().toArray(), original.length)).isEqualTo(original);
    assertThat(header(dead, DeadLetterHeaders.REASON)).isEqualTo("wrong-magic");
    assertThat(header(dead, DeadLetterHeaders.STREAM)).isEqualTo("cam-7");
    assertThat(header(dead, DeadLetterHeaders.EXCEPTION))
        .isEqualTo(UnreadableMessageException.class.getName());
    assertThat(dead.timestamp()).isEqualTo(1_234L);
    assertThat(dead.headers().lastHeader(DeadLetterHeaders.OMITTED_BYTES)).isNull();
  }

  @Test
  void shouldLeaveTheValueOutWhenTheDeadLetterCouldNotBeSent() {
    // when
    in.pipeInput("cam", new byte[MAX_MESSAGE_BYTES]);

    // then
    TestRecord<String, byte[]> dead = deadLetters.readRecord();
    assertThat(dead.value()).isNull();
    assertThat(header(dead, DeadLetterHeaders.OMITTED_BYTES)).isEqualTo("100000");
    assertThat(header(dead, DeadLetterHeaders.OFFSET)).isEqualTo("0");
  }

  @Test
  void shouldBlameOneFrameOnWhichTheTowerFails() {
    // given
    extractor.failOn(frame -> FakeExtractor.firstByte(frame) == 66);

    // when
    send("cam", batch("cam", 0, 1));
    send("cam", batch("cam", 1, 66));
    send("cam", batch("cam", 2, 3));

    // then
    assertThat(awaitFeatures(2))
        .extracting(record -> record.value().getFirstFrameIndex())
        .containsExactly(0L, 2L);
    assertThat(header(deadLetters.readRecord(), DeadLetterHeaders.REASON)).isEqualTo("tower-error");
  }

  @Test
  void shouldFailTheTaskWhenTheDeviceIsInTrouble() {
    // given
    extractor.failOn(frame -> true);

    // then
    assertThatThrownBy(
            () -> {
              send("cam", batch("cam", 0, 1));
              awaitFeatures(1);
            })
        .isInstanceOf(StreamsException.class)
        .hasRootCauseInstanceOf(IllegalStateException.class)
        .hasStackTraceContaining(ForwardFailedException.class.getSimpleName());
    assertThat(deadLetters.isEmpty()).isTrue();
  }

  private List<TestRecord<String, FeatureRecord>> awaitFeatures(int count) {
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

  private void send(String key, FrameBatch batch) {
    in.pipeInput(key, bytes(batch));
  }

  private byte[] bytes(FrameBatch batch) {
    return serializer.serialize("in", batch);
  }

  private static FrameBatch batch(String stream, long firstIndex, int... firstBytes) {
    return batchOfSize(stream, firstIndex, 4, 4, firstBytes);
  }

  private static FrameBatch batchOfSize(
      String stream, long firstIndex, int width, int height, int... firstBytes) {
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < firstBytes.length; i++) {
      ByteBuffer pixels = ByteBuffer.allocate(3 * width * height);
      pixels.put(0, (byte) firstBytes[i]);
      frames.add(new Frame(firstIndex + i, (firstIndex + i) * 40_000, 0L, false, pixels));
    }
    return new FrameBatch(stream, firstIndex, width, height, PixelEncoding.RGB24, frames, false);
  }

  private static List<Float> floats(FeatureRecord record) {
    ByteBuffer data = record.getData().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    List<Float> values = new ArrayList<>();
    while (data.hasRemaining()) {
      values.add(data.getFloat());
    }
    return values;
  }

  private static String header(TestRecord<?, ?> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
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
