package io.s2stream.processor.batch;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.s2stream.processor.decode.FaultReason;
import io.s2stream.processor.decode.FrameFaultException;
import io.s2stream.processor.extract.FeatureExtractor;
import io.s2stream.processor.extract.RgbFrame;
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
 *
 * <p>When a batch fails, its items run once more, each alone, so that one bad frame harms no other.
 * An item that fails alone is blamed only if a black frame of its size passes; otherwise the device
 * is in trouble and the item ends with {@link ForwardFailedException}.
 */
public final class FrameBatcher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FrameBatcher.class);

  private final FeatureExtractor extractor;
  private final BatchConfig config;
  private final ProcessorMetrics metrics;
  private final LinkedBlockingQueue<BatchItem> queue = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile boolean closed;

  /** Taken from the queue but of another size than the batch before it. Device thread only. */
  private @Nullable BatchItem carried;

  /**
   * Starts the device thread. The extractor stays the caller's, who closes it after this batcher.
   */
  public FrameBatcher(FeatureExtractor extractor, BatchConfig config, ProcessorMetrics metrics) {
    this.extractor = extractor;
    this.config = config;
    this.metrics = metrics;
    this.thread = new Thread(this::run, "s2-device");
    this.thread.start();
  }

  /**
   * Queues frames of one size for the device.
   *
   * @param out one buffer per frame, of the extractor's bytes per frame; not to be read before the
   *     result completes
   * @return completes normally when all features are written; cancel it to give the work up. Fails
   *     with {@link FrameFaultException} when these frames are to blame, with {@link
   *     ForwardFailedException} when the device is
   */
  public CompletableFuture<Void> submit(List<RgbFrame> frames, List<ByteBuffer> out) {
    BatchItem item = new BatchItem(frames, out, new CompletableFuture<>());
    queue.add(item);
    if (closed) {
      item.done().cancel(false);
    }
    return item.done();
  }

  /**
   * Ends after the running forward: a native forward must not outlive the JVM. Items that wait are
   * cancelled.
   */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!closed) {
      try {
        List<BatchItem> batch = nextBatch();
        if (!batch.isEmpty()) {
          forward(batch);
        }
      } catch (InterruptedException e) {
        // Only close() interrupts; the loop's condition ends it.
      }
    }
    if (carried != null) {
      carried.done().cancel(false);
    }
    queue.forEach(item -> item.done().cancel(false));
  }

  private List<BatchItem> nextBatch() throws InterruptedException {
    BatchItem first = carried != null ? carried : queue.take();
    carried = null;
    List<BatchItem> batch = new ArrayList<>();
    int frames = 0;
    long deadline = System.nanoTime() + config.maxLinger().toNanos();
    for (BatchItem item = first; item != null; ) {
      if (!item.done().isDone()) {
        boolean fits = frames + item.frames().size() <= config.maxFrames();
        if (!batch.isEmpty() && !(fits && item.sameSizeAs(batch.get(0)))) {
          carried = item;
          break;
        }
        batch.add(item);
        frames += item.frames().size();
        if (frames >= config.maxFrames()) {
          break;
        }
      }
      item = queue.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
    return batch;
  }

  private void forward(List<BatchItem> batch) {
    Throwable failure = tryForward(batch);
    if (failure == null) {
      batch.forEach(item -> item.done().complete(null));
    } else if (batch.size() == 1) {
      blame(batch.get(0), failure);
    } else {
      log.warn(
          "A forward of {} records failed, each is tried alone: {}",
          batch.size(),
          failure.toString());
      batch.forEach(item -> forward(List.of(item)));
    }
  }

  private @Nullable Throwable tryForward(List<BatchItem> batch) {
    List<RgbFrame> frames = new ArrayList<>();
    List<ByteBuffer> out = new ArrayList<>();
    for (BatchItem item : batch) {
      frames.addAll(item.frames());
      out.addAll(item.out());
    }
    try {
      metrics.forward(frames.size(), () -> extractor.extract(frames, out));
      return null;
    } catch (RuntimeException | Error e) {
      // Errors too: an OutOfMemoryError of one batch must not end the device thread while records
      // wait for it.
      return e;
    }
  }

  private void blame(BatchItem item, Throwable failure) {
    RgbFrame frame = item.frames().get(0);
    if (passesBlackFrame(frame.height(), frame.width())) {
      item.done()
          .completeExceptionally(
              new FrameFaultException(
                  FaultReason.TOWER_ERROR,
                  "the forward fails on this record alone: " + failure.getMessage(),
                  failure));
    } else {
      item.done()
          .completeExceptionally(
              new ForwardFailedException(
                  "the forward fails, on a black frame as well: " + failure.getMessage(), failure));
    }
  }

  private boolean passesBlackFrame(int height, int width) {
    try {
      ByteBuffer out = ByteBuffer.allocate(extractor.layout(height, width).bytesPerFrame());
      extractor.extract(
          List.of(new RgbFrame(height, width, ByteBuffer.allocate(3 * height * width))),
          List.of(out));
      return true;
    } catch (Exception | Error e) {
      log.warn("A black frame of {}x{} fails as well: {}", width, height, e.toString());
      return false;
    }
  }
}
