package io.s2stream.ingest.source;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.s2stream.ingest.source.SourceException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class ReadAheadTest {

  private final Cancellation cancellation = new Cancellation();
  private final InterruptGuard guard = new InterruptGuard(Duration.ZERO, cancellation);
  private final AtomicInteger given = new AtomicInteger();

  private ReadAhead<Integer> numbers(int last, Exception afterwards) {
    return new ReadAhead<>(
        () -> {
          if (given.get() < last) {
            return given.incrementAndGet();
          }
          if (afterwards instanceof SourceException e) {
            throw e;
          }
          return null;
        },
        guard,
        2,
        "test-ahead");
  }

  @Test
  void shouldGiveWhatWaitsBeforeTheErrorAndThenNothing() throws Exception {
    SourceException failure = new SourceException(Reason.IO, "the disk is gone");
    try (ReadAhead<Integer> ahead = numbers(2, failure)) {
      assertThat(ahead.next()).isEqualTo(1);
      await().until(() -> given.get() == 2);

      assertThat(ahead.next()).isEqualTo(2);
      assertThatThrownBy(ahead::next).isSameAs(failure);
      assertThat(ahead.next()).isNull();
    }
  }

  @Test
  void shouldWaitWithTwoResultsReadyAndOneInHand() throws Exception {
    try (ReadAhead<Integer> ahead = numbers(100, new Exception("none"))) {
      assertThat(ahead.next()).isEqualTo(1);
      await().until(() -> given.get() == 4);
      Thread.sleep(100);

      assertThat(given).hasValue(4);
    }
  }

  @Test
  void shouldGiveNothingOnceClosed() throws Exception {
    ReadAhead<Integer> ahead = numbers(100, new Exception("none"));
    assertThat(ahead.next()).isEqualTo(1);

    ahead.close();

    assertThat(ahead.next()).isNull();
  }

  @Test
  void shouldWaitOnCloseForASourceThatIsBusy() throws Exception {
    // given a source that, as native code does, takes no notice of an interrupt
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    ReadAhead<Integer> ahead =
        new ReadAhead<>(
            () -> {
              if (given.getAndIncrement() == 0) {
                return 1;
              }
              busy.countDown();
              while (done.getCount() > 0) {
                Thread.onSpinWait();
              }
              return null;
            },
            guard,
            2,
            "test-ahead");
    assertThat(ahead.next()).isEqualTo(1);
    busy.await();

    Thread closing = new Thread(ahead::close, "test-closing");
    closing.start();
    try {
      await().until(() -> closing.getState() == Thread.State.WAITING);
      Thread.sleep(100);
      assertThat(closing.isAlive()).isTrue();
    } finally {
      done.countDown();
    }
    closing.join();
  }

  @Test
  void shouldTellAtTheNextCallThatItWasCancelledThoughResultsAreReady() throws Exception {
    try (ReadAhead<Integer> ahead = numbers(100, new Exception("none"))) {
      assertThat(ahead.next()).isEqualTo(1);
      await().until(() -> given.get() == 4);

      cancellation.cancel();

      assertThatThrownBy(ahead::next)
          .isInstanceOfSatisfying(
              SourceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CANCELLED));
    }
  }

  @Test
  void shouldKeepTheInterruptOfAThreadThatWaits() {
    Thread.currentThread().interrupt();
    try (ReadAhead<Integer> ahead = numbers(0, new Exception("none"))) {
      assertThatThrownBy(ahead::next)
          .isInstanceOfSatisfying(
              SourceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CANCELLED));
    }
    assertThat(Thread.interrupted()).isTrue();
  }
}
