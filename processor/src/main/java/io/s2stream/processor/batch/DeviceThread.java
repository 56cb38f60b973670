package io.s2stream.processor.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that calls one extractor, an instance of the tower on a device: takes what waits,
 * forms batches of equal size, runs them. A batch ends at the first frame of another size, so no
 * stream starves.
 */
final class DeviceThread {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceThread.class);

  private final BlockingQueue<BatchItem> queue;
  private final BatchConfig config;
  private final BatchRunner runner;
  private final Runnable onEnd;
  private final Thread thread;
  private volatile boolean closed;
  private volatile boolean busy;

  /** The batch that forms or runs. This thread only. */
  private final List<BatchItem> batch = new ArrayList<>();

  /** Taken from the queue but of another size than the batch before it. This thread only. */
  private @Nullable BatchItem carried;

  /**
   * @param queue what waits; shared with the threads of other devices
   * @param onEnd called on this thread as its last act
   */
  DeviceThread(
      int number,
      BlockingQueue<BatchItem> queue,
      BatchConfig config,
      BatchRunner runner,
      Runnable onEnd) {
    this.queue = queue;
    this.config = config;
    this.runner = runner;
    this.onEnd = onEnd;
    this.thread = new Thread(this::run, "s2-device-" + number);
  }

  void start() {
    thread.start();
  }

  /** Ends after the running forward. */
  void close() {
    closed = true;
    thread.interrupt();
  }

  /**
   * @return whether it ended within the time
   */
  boolean join(long millis) throws InterruptedException {
    thread.join(Math.max(1, millis));
    return !thread.isAlive();
  }

  boolean isAlive() {
    return thread.isAlive();
  }

  /** Whether a batch runs now. */
  boolean isBusy() {
    return busy;
  }

  /** Since it last finished anything, well or not. */
  long nanosSinceProgress() {
    return runner.nanosSinceProgress();
  }

  /** {@link System#nanoTime} when the newest record came that this device is done with. */
  long newestFinishedNanos() {
    return runner.newestFinishedNanos();
  }

  /** {@link System#nanoTime} when the oldest record came of the batch that runs, or ran last. */
  long oldestUnderWayNanos() {
    return runner.oldestUnderWayNanos();
  }

  private void run() {
    try {
      while (!closed) {
        formBatch();
        busy = true;
        runner.run(batch);
        busy = false;
        batch.clear();
      }
    } catch (InterruptedException e) {
      LOG.debug("The device thread was told to end");
    } catch (RuntimeException | Error e) {
      LOG.error("A device thread ends, nothing more can be processed: {}", e.toString(), e);
    } finally {
      batch.forEach(item -> item.done().cancel(false));
      if (carried != null) {
        carried.done().cancel(false);
      }
      onEnd.run();
    }
  }

  /** Fills the batch with at least one item that is still wanted. */
  private void formBatch() throws InterruptedException {
    int frames = 0;
    while (batch.isEmpty()) {
      BatchItem item = carried != null ? carried : queue.take();
      carried = null;
      frames = add(item, frames);
    }
    long deadline = System.nanoTime() + config.maxLinger().toNanos();
    while (frames < config.maxFrames()) {
      BatchItem item = queue.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (item == null) {
        return;
      }
      boolean fits = frames + item.frames() <= config.maxFrames();
      if (!fits || !item.sameSizeAs(batch.get(0))) {
        carried = item;
        return;
      }
      frames = add(item, frames);
    }
  }

  private int add(BatchItem item, int frames) {
    if (item.done().isDone()) {
      return frames;
    }
    batch.add(item);
    return frames + item.frames();
  }
}
