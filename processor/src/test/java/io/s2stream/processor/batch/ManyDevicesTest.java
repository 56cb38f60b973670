package io.s2stream.processor.batch;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.processor.extract.FrameBlock;
import io.s2stream.processor.extract.RgbFrame;
import io.s2stream.processor.extract.TowerConfig;
import io.s2stream.processor.metrics.ProcessorMetrics;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Several devices of one process share the work. */
@Timeout(30)
class ManyDevicesTest {
  private static final BatchConfig ONE = new BatchConfig(1, Duration.ZERO);

  private final FakeExtractor first = new FakeExtractor();
  private final FakeExtractor second = new FakeExtractor();
  private final CountDownLatch gate = new CountDownLatch(1);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final FrameBatcher batcher =
      new FrameBatcher(List.of(first, second), List.of(ONE, ONE), new ProcessorMetrics(meters));

  @AfterEach
  void close() {
    gate.countDown();
    batcher.close();
  }

  private CompletableFuture<Void> submit() {
    return submit(batcher);
  }

  private static CompletableFuture<Void> submit(FrameBatcher batcher) {
    RgbFrame frame = new RgbFrame(4, 4, ByteBuffer.allocate(48));
    return batcher.submit(FrameBlock.each(List.of(frame), List.of(ByteBuffer.allocate(8))));
  }

  private void waitAtTheGate() {
    while (gate.getCount() > 0) {
      try {
        gate.await();
      } catch (InterruptedException e) {
        // A native forward knows no interruption.
      }
    }
  }

  @Test
  void shouldRunOnAllDevicesAtOnce() throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    for (FakeExtractor device : List.of(first, second)) {
      device.beforeForward(
          () -> {
            both.countDown();
            waitAtTheGate();
          });
    }

    CompletableFuture<Void> one = submit();
    CompletableFuture<Void> other = submit();

    assertThat(both.await(20, TimeUnit.SECONDS)).isTrue();
    gate.countDown();
    one.get();
    other.get();
    assertThat(meters.get(ProcessorMetrics.FORWARD).tag("device", "0").timer().count()).isOne();
    assertThat(meters.get(ProcessorMetrics.FORWARD).tag("device", "1").timer().count()).isOne();
  }

  @Test
  void shouldRefuseConfigurationsThatAreNotOneForEachExtractor() {
    ProcessorMetrics own = new ProcessorMetrics(new SimpleMeterRegistry());

    assertThatThrownBy(() -> new FrameBatcher(List.of(first, second), List.of(ONE, ONE, ONE), own))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 batch configurations for 2 extractors");
  }

  @Test
  void shouldGiveEachDeviceBatchesOfItsOwnSize() throws Exception {
    // given one of four instances on a CPU beside the one of a GPU
    TowerConfig tower = new TowerConfig(Path.of("m"), "cpu", List.of("cpu", "gpu:0"), 0, 4, null);
    List<BatchConfig> shares =
        tower.instancesBeside(5).stream()
            .map(new BatchConfig(8, Duration.ofSeconds(10))::sharedBy)
            .toList();
    SimpleMeterRegistry own = new SimpleMeterRegistry();
    try (FrameBatcher mixed =
        new FrameBatcher(List.of(first, second), shares.subList(3, 5), new ProcessorMetrics(own))) {

      // when as many frames come as fill a batch of each, and each runs one
      first.beforeForward(this::waitAtTheGate);
      second.beforeForward(this::waitAtTheGate);
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        all.add(submit(mixed));
      }
      try {
        await().until(() -> own.get(ProcessorMetrics.QUEUE).gauge().value() == 0);
      } finally {
        gate.countDown(); // The batcher waits for its forwards.
      }
      for (CompletableFuture<Void> one : all) {
        one.get();
      }

      // then
      assertThat(first.batchSizes()).containsExactly(2);
      assertThat(second.batchSizes()).containsExactly(8);
    }
  }

  @Test
  void shouldGoOnWithTheOthersWhenOneHangsAndSayForHowLong() throws Exception {
    CountDownLatch hangs = new CountDownLatch(1);
    first.beforeForward(
        () -> {
          hangs.countDown();
          waitAtTheGate();
        });
    // Either device may take a frame: until the first has one.
    await()
        .until(
            () -> {
              submit();
              return hangs.getCount() == 0;
            });
    long before = batcher.nanosSinceProgress();

    for (int i = 0; i < 20; i++) {
      submit().get();
    }

    assertThat(second.batchSizes()).hasSizeGreaterThanOrEqualTo(20);
    await().until(() -> batcher.nanosSinceProgress() > before + 1_000_000);
    assertThat(batcher.closeWithin(Duration.ofMillis(100))).isFalse();
  }

  @Test
  void shouldNotTakeARecordForOvertakenThatADeviceIsSlowWith() throws Exception {
    CountDownLatch hangs = new CountDownLatch(1);
    first.beforeForward(
        () -> {
          hangs.countDown();
          waitAtTheGate();
        });
    long since = System.nanoTime();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    await()
        .until(
            () -> {
              all.add(submit());
              return hangs.getCount() == 0;
            });
    for (int i = 0; i < 20; i++) {
      submit().get();
    }

    // The other is done with later ones, but what the slow one has may be the oldest.
    long whileItWorks = batcher.nanosOvertaken(since);
    gate.countDown();
    for (CompletableFuture<Void> one : all) {
      one.get();
    }

    await().until(() -> batcher.nanosOvertaken(since) > whileItWorks);
  }

  @Test
  void shouldMeasureWhatWaits() throws Exception {
    first.beforeForward(this::waitAtTheGate);
    second.beforeForward(this::waitAtTheGate);
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      all.add(submit());
    }

    await().until(() -> meters.get(ProcessorMetrics.QUEUE).gauge().value() == 3);
    gate.countDown();
    for (CompletableFuture<Void> one : all) {
      one.get();
    }

    assertThat(meters.get(ProcessorMetrics.QUEUE).gauge().value()).isZero();
  }
}
