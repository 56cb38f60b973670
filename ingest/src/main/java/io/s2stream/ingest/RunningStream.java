package io.s2stream.ingest;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.s2stream.ingest.publish.LiveQueue;
import org.jspecify.annotations.Nullable;

/**
 * One stream on its way: waiting for a thread, being read, or done. Runs at most once. Thread-safe.
 */
final class RunningStream implements Runnable {

  private final StreamSource source;
  private final StreamWorker worker;
  private final LiveQueue queue;
  private final AtomicBoolean begun = new AtomicBoolean();
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile @Nullable Thread thread;
  private volatile boolean stopped;

  RunningStream(StreamSource source, StreamWorker worker, LiveQueue queue) {
    this.source = source;
    this.worker = worker;
    this.queue = queue;
  }

  StreamSource source() {
    return source;
  }

  /** Since a frame left the decoder; NaN when it is read no more. */
  double secondsSinceLastFrame() {
    return hasEnded() ? Double.NaN : worker.progress().secondsSinceLastFrame();
  }

  StreamStatus status() {
    return worker.progress().status();
  }

  @Override
  public void run() {
    if (!begun.compareAndSet(false, true)) {
      return;
    }
    thread = Thread.currentThread();
    try {
      worker.run();
    } finally {
      thread = null;
      done.countDown();
    }
  }

  /** Makes it end soon; what still waits for a thread has ended when this returns. */
  void stop() {
    stopped = true;
    worker.stop();
    // The threads may be busy for hours with other files. A stopped worker returns at once.
    run();
  }

  /** Whether it was told to end. */
  boolean isStopped() {
    return stopped;
  }

  boolean hasEnded() {
    return done.getCount() == 0;
  }

  /** Ends what a stop doesn't: the waiting for a broker that is away. Its frames are lost. */
  void interrupt() {
    queue.close();
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }

  void await() throws InterruptedException {
    done.await();
  }

  /** Returns false if the time ran out first. */
  boolean await(Duration timeout) throws InterruptedException {
    return done.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }
}
