package io.s2stream.ingest.source;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

import io.s2stream.ingest.source.SourceException.Reason;
import io.s2stream.ingest.synthetic.SyntheticClip;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class FramesAheadTest {

  private final InterruptGuard guard = new InterruptGuard(Duration.ZERO, new Cancellation());
  private final Semaphore allowed = new Semaphore(1_000);
  private final AtomicInteger given = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();

  @TempDir private Path folder;

  /** Gives frames at 0, 1, 2… µs, and then fails. */
  private final class Numbers implements FrameSupply {
    private final int count;
    private final Throwable atTheEnd;

    Numbers(int count, Throwable atTheEnd) {
      this.count = count;
      this.atTheEnd = atTheEnd;
    }

    @Override
    public boolean next(TimedFrame frame) throws SourceException {
      allowed.acquireUninterruptibly();
      if (given.get() == count) {
        if (atTheEnd instanceof SourceException e) {
          throw e;
        }
        throw (Error) atTheEnd;
      }
      frame.stamp(given.getAndIncrement(), 1, 0);
      return true;
    }

    @Override
    public long lastMicros() {
      return given.get();
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }

  @Test
  void shouldGiveAllFramesInOrderBeforeItFailsAsTheSupplyDid() throws Exception {
    SourceException failure = new SourceException(Reason.IO, "the disk is gone");
    try (FramesAhead ahead = new FramesAhead(new Numbers(50, failure), guard, "test-decoder");
        TimedFrame frame = new TimedFrame()) {
      for (int i = 0; i < 50; i++) {
        assertThat(ahead.next(frame)).isTrue();
        assertThat(frame.ptsMicros()).isEqualTo(i);
        assertThat(ahead.lastMicros()).isEqualTo(i);
      }

      assertThatThrownBy(() -> ahead.next(frame)).isSameAs(failure);
      assertThat(ahead.next(frame)).isFalse();
    }
    assertThat(closed).hasValue(1);
  }

  @Test
  void shouldTellTheReaderOfErrorsThatNobodyExpects() throws Exception {
    Error failure = new OutOfMemoryError("of the test");
    try (FramesAhead ahead = new FramesAhead(new Numbers(0, failure), guard, "test-decoder");
        TimedFrame frame = new TimedFrame()) {
      assertThatThrownBy(() -> ahead.next(frame)).isSameAs(failure);
    }
  }

  @Test
  void shouldDecodeNoFurtherAheadThanItsPictures() throws Exception {
    try (FramesAhead ahead =
            new FramesAhead(new Numbers(1_000, new Error()), guard, "test-decoder");
        TimedFrame frame = new TimedFrame()) {
      for (int taken = 1; taken <= 3; taken++) {
        assertThat(ahead.next(frame)).isTrue();
        int most = taken + FramesAhead.PICTURES;
        await().until(() -> given.get() == most);
      }
      Thread.sleep(100);

      assertThat(given).hasValue(3 + FramesAhead.PICTURES);
    }
  }

  @Test
  void shouldGiveNothingMoreOnceItIsCancelled() throws Exception {
    Cancellation cancellation = new Cancellation();
    InterruptGuard cancelled = new InterruptGuard(Duration.ZERO, cancellation);
    try (FramesAhead ahead =
            new FramesAhead(new Numbers(1_000, new Error()), cancelled, "test-decoder");
        TimedFrame frame = new TimedFrame()) {
      assertThat(ahead.next(frame)).isTrue();
      cancellation.cancel();

      assertThatThrownBy(() -> ahead.next(frame))
          .isInstanceOfSatisfying(
              SourceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CANCELLED));
    }
  }

  @Test
  void shouldCloseTheSupplyOnceWhenNothingWasRead() {
    new FramesAhead(new Numbers(1, new Error()), guard, "test-decoder").close();

    assertThat(closed).hasValue(1);
  }

  @Test
  void shouldWaitForThePictureThatIsBeingDecodedWhenClosed() throws Exception {
    // given a decoder that is busy
    allowed.drainPermits();
    allowed.release();
    FramesAhead ahead = new FramesAhead(new Numbers(1_000, new Error()), guard, "test-decoder");
    try (TimedFrame frame = new TimedFrame()) {
      assertThat(ahead.next(frame)).isTrue();
    }
    await().until(allowed::hasQueuedThreads);

    // when
    Thread closing = new Thread(ahead::close);
    closing.start();
    Thread.sleep(100);

    // then it is freed only when the decoder is done
    assertThat(closed).hasValue(0);
    assertThat(closing.isAlive()).isTrue();
    allowed.release();
    closing.join();
    assertThat(closed).hasValue(1);
  }

  @Test
  void shouldLeaveNoThreadWhenAFileIsClosedInTheMiddle() throws Exception {
    Path file = folder.resolve("clip.mp4");
    SyntheticClip.of(64, 48, 25, Duration.ofSeconds(2)).write(file);
    String name = Thread.currentThread().getName() + "-";

    try (VideoReader reader =
        VideoReader.open(
            new SourceUri(file.toString()), ReaderOptions.of(new ImageSize(24, 32), 25))) {
      assertThat(reader.next()).isNotNull();
      assertThat(threads(name + "decoder")).isEqualTo(1);
      assertThat(threads(name + "converter")).isEqualTo(1);
    }

    assertThat(threads(name + "decoder")).isZero();
    assertThat(threads(name + "converter")).isZero();
  }

  private static long threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .count();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5})
  void shouldGiveTheSamePicturesWithMoreDecoderThreads(int threads) throws Exception {
    Path file = folder.resolve("clip.mp4");
    SyntheticClip.of(320, 240, 25, Duration.ofSeconds(4)).write(file);
    ReaderOptions one = ReaderOptions.of(new ImageSize(48, 64), 25);

    List<VideoFrame> expected = Frames.read(file, one);
    List<VideoFrame> frames =
        Frames.read(file, one.withDecoding(DecoderOptions.DEFAULT.withThreads(threads)));

    assertThat(frames).hasSameSizeAs(expected).hasSize(100);
    for (int i = 0; i < frames.size(); i++) {
      assertThat(frames.get(i).ptsMicros()).isEqualTo(expected.get(i).ptsMicros());
      assertThat(frames.get(i).rgb()).isEqualTo(expected.get(i).rgb());
    }
  }
}
