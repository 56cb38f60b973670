package io.s2stream.processor.topology;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import io.s2stream.meters.StreamLabels;
import io.s2stream.processor.metrics.StreamMeters;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.FrameInfo;
import io.s2stream.schemas.PixelEncoding;
import io.s2stream.schemas.topics.DeadLetterHeaders;
import io.s2stream.schemas.topics.FeatureHeaders;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(30)
class FeatureTopologyTest extends TopologyFixture {

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
  void shouldFailTheTaskWhenARecordIsStuckThoughTheDeviceGoesOn() {
    // given a record that gets lost on its way to the device
    decoders = lost -> {};
    FrameBatch stuck = batch("cam", 0, 1);
    stuck.setEncoding(PixelEncoding.JPEG);
    send("cam", stuck);

    // when others go past it, never with more than half of forward-timeout between them
    AtomicInteger sent = new AtomicInteger();
    assertThatThrownBy(
            () -> {
              while (sent.get() < 3) {
                Thread.sleep(FORWARD_TIMEOUT.dividedBy(2).plusMillis(10).toMillis());
                send("cam", batch("cam", sent.incrementAndGet(), 1));
              }
              awaitFeatures(1);
            })
        // then the task fails, so that the record is read again
        .hasStackTraceContaining("forward-timeout (PT2S), or not the record at offset 0");
    assertThat(out.isEmpty()).isTrue();
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
}
