package io.s2stream.processor.batch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.processor.extract.FrameBlock;
import io.s2stream.processor.extract.RgbFrame;
import io.s2stream.processor.fault.FaultReason;
import io.s2stream.processor.fault.FrameFaultException;
import io.s2stream.processor.metrics.ProcessorMetrics;
import io.s2stream.processor.s2.OutOfDeviceMemoryException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(30)
class FrameBatcherTest {
  private static final BatchConfig UP_TO_FOUR = new BatchConfig(4, Duration.ofMillis(50));

  private final FakeExtractor extractor = new FakeExtractor();
  private final CountDownLatch gate = new CountDownLatch(1);
  private final FrameBatcher batcher =
      new FrameBatcher(extractor, UP_TO_FOUR, new ProcessorMetrics(new SimpleMeterRegistry()));

  @AfterEach
  void close() {
    gate.countDown();
    batcher.close();
  }

  @Test
  void shouldWriteEachFramesFeaturesIntoItsOwnBuffer() throws Exception {
    // when
    Submission first = submit(4, 4, 10, 20);
    Submission second = submit(4, 4, 30);

    // then
    first.done().get();
    second.done().get();
    assertThat(first.firstChannel()).containsExactly(10f, 20f);
    assertThat(second.firstChannel()).containsExactly(30f);
  }

  @Test
  void shouldPutWaitingRecordsOfEqualSizeIntoOneForward() throws Exception {
    // given a busy device
    holdDevice();
    Submission busy = submit(4, 4, 0);
    awaitDeviceBusy();

    // when five frames wait
    List<Submission> waiting = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      waiting.add(submit(4, 4, i));
    }
    gate.countDown();

    // then they go in batches of at most four
    for (Submission one : waiting) {
      one.done().get();
    }
    busy.done().get();
    assertThat(extractor.batchSizes()).containsExactly(1, 4, 1);
  }

  @Test
  void shouldGiveUpADeviceThatHangs() throws Exception {
    // given
    holdDevice();
    submit(4, 4, 0);
    awaitDeviceBusy();

    // when / then
    assertThat(batcher.closeWithin(Duration.ofMillis(100))).isFalse();
    gate.countDown();
    assertThat(batcher.closeWithin(Duration.ofSeconds(20))).isTrue();
  }

  @Test
  void shouldEndABatchAtAFrameOfAnotherSizeAndKeepTheOrder() throws Exception {
    // given
    holdDevice();
    submit(4, 4, 0);
    awaitDeviceBusy();

    // when
    submit(4, 4, 1);
    submit(6, 6, 2);
    submit(6, 6, 3);
    Submission last = submit(4, 4, 4);
    gate.countDown();

    // then
    last.done().get();
    assertThat(extractor.batchSizes()).containsExactly(1, 1, 2, 1);
  }

  @Test
  void shouldBlameOnlyTheFrameThatFailsAloneWhenABlackOnePasses() throws Exception {
    // given three records in one batch, the second is bad
    extractor.failOn(frame -> FakeExtractor.firstByte(frame) == 66);
    holdDevice();
    submit(4, 4, 0);
    awaitDeviceBusy();
    Submission good = submit(4, 4, 1);
    Submission bad = submit(4, 4, 66);
    Submission alsoGood = submit(4, 4, 3);

    // when
    gate.countDown();

    // then
    good.done().get();
    alsoGood.done().get();
    assertThat(good.firstChannel()).containsExactly(1f);
    assertThat(alsoGood.firstChannel()).containsExactly(3f);
    assertThat(failure(bad))
        .isInstanceOfSatisfying(
            FrameFaultException.class,
            fault -> assertThat(fault.reason()).isEqualTo(FaultReason.TOWER_ERROR));
  }

  @Test
  void shouldBlameTheDeviceWhenABlackFrameFailsToo() {
    // given
    extractor.failOn(frame -> true);

    // when
    Submission one = submit(4, 4, 1);

    // then
    assertThat(failure(one)).isInstanceOf(ForwardFailedException.class);
  }

  @Test
  void shouldBlameTheFrameThatNeverFitsTheMemoryWhileOthersDo() throws Exception {
    // given a device whose memory holds frames of 4 pixels, but not of 6
    submit(4, 4, 1).done().get();
    extractor.failOn(
        frame -> {
          if (frame.width() > 4) {
            throw new OutOfDeviceMemoryException("not even one tile fits", new RuntimeException());
          }
          return false;
        });

    // when
    Submission large = submit(6, 6, 2);
    Submission small = submit(4, 4, 3);

    // then
    assertThat(failure(large))
        .isInstanceOfSatisfying(
            FrameFaultException.class,
            fault -> assertThat(fault.reason()).isEqualTo(FaultReason.OUT_OF_MEMORY))
        .hasMessage("not even one tile fits");
    small.done().get();
  }

  @Test
  void shouldBlameTheDeviceWhenFramesThatFitItBeforeDoNoLonger() throws Exception {
    // given
    submit(4, 4, 1).done().get();
    extractor.failOn(
        frame -> {
          throw new OutOfDeviceMemoryException("not even one tile fits", new RuntimeException());
        });

    // when
    Submission next = submit(4, 4, 2);

    // then
    assertThat(failure(next)).isInstanceOf(ForwardFailedException.class);
  }

  @Test
  void shouldGoOnAfterAnErrorOfTheVirtualMachine() throws Exception {
    // given
    extractor.failOn(
        frame -> {
          throw new OutOfMemoryError("made by the test");
        });
    assertThat(failure(submit(4, 4, 1))).isInstanceOf(ForwardFailedException.class);

    // when
    extractor.failOn(frame -> false);

    // then
    submit(4, 4, 2).done().get();
  }

  @Test
  void shouldSkipWorkThatWasGivenUp() throws Exception {
    // given
    holdDevice();
    submit(4, 4, 0);
    awaitDeviceBusy();
    Submission givenUp = submit(4, 4, 1);
    Submission wanted = submit(4, 4, 2);

    // when
    givenUp.done().cancel(false);
    gate.countDown();

    // then
    wanted.done().get();
    assertThat(extractor.batchSizes()).containsExactly(1, 1);
  }

  @Test
  void shouldFinishTheRunningForwardAndCancelTheRestWhenClosed() throws Exception {
    // given
    holdDevice();
    Submission running = submit(4, 4, 0);
    awaitDeviceBusy();
    Submission waiting = submit(4, 4, 1);

    // when
    Thread closer = new Thread(batcher::close);
    closer.start();
    closer.join(100);
    assertThat(closer.isAlive()).as("close() waits for the forward").isTrue();
    gate.countDown();
    closer.join();

    // then
    assertThat(running.done()).isCompleted();
    assertThat(waiting.done()).isCancelled();
    assertThat(submit(4, 4, 2).done()).isCancelled();
  }

  private final CountDownLatch busy = new CountDownLatch(1);

  private void holdDevice() {
    extractor.beforeForward(
        () -> {
          busy.countDown();
          awaitUninterruptibly(gate);
        });
  }

  /** As native code does: an interrupt of the thread doesn't end it. */
  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException e) {
        // keeps waiting
      }
    }
  }

  private void awaitDeviceBusy() throws InterruptedException {
    assertThat(busy.await(10, TimeUnit.SECONDS)).isTrue();
  }

  private static Throwable failure(Submission submission) {
    try {
      submission.done().get();
      throw new AssertionError("expected a failure");
    } catch (ExecutionException e) {
      return Objects.requireNonNull(e.getCause());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Submission submit(int height, int width, int... firstBytes) {
    List<RgbFrame> frames = new ArrayList<>();
    List<ByteBuffer> out = new ArrayList<>();
    for (int value : firstBytes) {
      ByteBuffer pixels = ByteBuffer.allocate(3 * height * width);
      pixels.put(0, (byte) value);
      frames.add(new RgbFrame(height, width, pixels));
      out.add(ByteBuffer.allocate(FakeExtractor.LAYOUT.bytesPerFrame()));
    }
    return new Submission(out, batcher.submit(FrameBlock.each(frames, out)));
  }

  private record Submission(List<ByteBuffer> out, CompletableFuture<Void> done) {
    List<Float> firstChannel() {
      return out.stream().map(buffer -> buffer.order(ByteOrder.LITTLE_ENDIAN).getFloat(0)).toList();
    }
  }
}
