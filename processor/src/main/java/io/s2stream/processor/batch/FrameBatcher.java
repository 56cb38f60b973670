package io.s2stream.processor.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.s2stream.processor.extract.FeatureExtractor;
import io.s2stream.processor.extract.FrameBlock;
import io.s2stream.processor.metrics.ProcessorMetrics;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forms batches of equally sized frames over all streams and runs them on the one device.
 *
 * <p>One thread owns all calls to the device. First come, first served: a batch ends at the first
 * frame of another size, so no stream starves. Thread-safe. The queue's length is bounded by the
 * callers' own limits of work in flight.
 */
public final class FrameBatcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FrameBatcher.class);

  private final BatchConfig config;
  private final BatchRunner runner;
  private final LinkedBlockingQueue<BatchItem> queue = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile boolean closed;

  /** The batch that forms or runs. Device thread only. */
  private final List<BatchItem> batch = new ArrayList<>();

  /** Taken from the queue but of another size than the batch before it. Device thread only. */
  private @Nullable BatchItem carried;

  /**
   * Starts the device thread. The extractor stays the caller's, who closes it after this batcher.
   */
  public FrameBatcher(FeatureExtractor extractor, BatchConfig config, ProcessorMetrics metrics) {
    this.config = config;
    this.runner = new BatchRunner(extractor, metrics);
    this.thread = new Thread(this::run, "s2-device");
    this.thread.start();
  }

  /**
   * Queues frames of one size for the device.
   *
   * @param blocks their buffers are not to be read before the result completes
   * @return completes normally when all features are written; cancel it to give the work up. Fails
   *     with {@link io.s2stream.processor.fault.FrameFaultException} when these frames are to
   *     blame, with {@link ForwardFailedException} when the device is; cancelled when the batcher
   *     is closed
   */
  public CompletableFuture<Void> submit(List<FrameBlock> blocks) {
    BatchItem item = new BatchItem(blocks, new CompletableFuture<>());
    queue.add(item);
    // What nobody wants any more would else keep its memory while the device hangs.
    CompletableFuture<Void> unused =
        item.done().whenComplete((nothing, failure) -> removeIfCancelled(item));
    if (closed) {
      item.done().cancel(false);
    }
    return item.done();
  }

  private void removeIfCancelled(BatchItem item) {
    if (item.done().isCancelled()) {
      boolean unusedWaited = queue.removeIf(waiting -> waiting == item);
    }
  }

  /** Time since the device last finished anything, well or not, in nanoseconds. */
  public long nanosSinceProgress() {
    return runner.nanosSinceProgress();
  }

  /**
   * Ends after the running forward: a native forward must not outlive the JVM. Items that wait are
   * cancelled.
   */
  @Override
  public void close() {
    boolean unusedEnded = closeWithin(Duration.ofMillis(Long.MAX_VALUE));
  }

  /**
   * As {@link #close()}, but gives a device up that hangs.
   *
   * @return false when the running forward did not end in this time; the extractor is then still in
   *     use and can't be closed
   */
  public boolean closeWithin(Duration patience) {
    closed = true;
    thread.interrupt();
    boolean interrupted = false;
    long start = System.nanoTime();
    long left = Math.max(1, patience.toMillis());
    while (thread.isAlive() && left > 0) {
      try {
        thread.join(left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      left = patience.toMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return !thread.isAlive();
  }

  private void run() {
    try {
      while (!closed) {
        formBatch();
        runner.run(batch);
        batch.clear();
      }
    } catch (InterruptedException e) {
      LOG.debug("The device thread was told to end");
    } catch (RuntimeException | Error e) {
      LOG.error("The device thread ends, nothing more can be processed: {}", e.toString(), e);
    } finally {
      closed = true;
      cancelAll();
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

  private void cancelAll() {
    batch.forEach(item -> item.done().cancel(false));
    if (carried != null) {
      carried.done().cancel(false);
    }
    queue.forEach(item -> item.done().cancel(false));
  }
}
