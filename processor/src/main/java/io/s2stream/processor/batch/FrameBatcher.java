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

/**
 * Forms batches of equally sized frames over all streams and runs them on the devices of this
 * process.
 *
 * <p>One thread owns all calls to an extractor. First come, first served: all take from one queue,
 * so a device that is slow or hangs keeps no frames from the others. Thread-safe. The queue's
 * length is bounded by the callers' own limits of work in flight.
 */
public final class FrameBatcher implements AutoCloseable {
  private final LinkedBlockingQueue<BatchItem> queue = new LinkedBlockingQueue<>();
  private final List<DeviceThread> devices = new ArrayList<>();
  private volatile boolean closed;

  /** As the other constructor, for one device. */
  public FrameBatcher(FeatureExtractor extractor, BatchConfig config, ProcessorMetrics metrics) {
    this(List.of(extractor), List.of(config), metrics);
  }

  /**
   * Starts the device threads.
   *
   * @param extractors one for each instance of the tower on each device, at least one, that make
   *     the same features of a frame; they stay the caller's, who closes them after this batcher
   * @param configs for each extractor its own
   * @throws IllegalArgumentException if they aren't as many as the extractors
   */
  public FrameBatcher(
      List<? extends FeatureExtractor> extractors,
      List<BatchConfig> configs,
      ProcessorMetrics metrics) {
    if (configs.size() != extractors.size()) {
      throw new IllegalArgumentException(
          "%d batch configurations for %d extractors: each needs one of its own"
              .formatted(configs.size(), extractors.size()));
    }
    metrics.queue(() -> queue.stream().mapToInt(BatchItem::frames).sum());
    for (int i = 0; i < extractors.size(); i++) {
      BatchRunner runner = new BatchRunner(extractors.get(i), metrics.device(i));
      devices.add(new DeviceThread(i, queue, configs.get(i), runner, this::deviceEnded));
    }
    devices.forEach(DeviceThread::start);
  }

  /**
   * Queues frames of one size for the next device that is free.
   *
   * @param blocks their buffers are not to be read before the result completes
   * @return completes normally when all features are written; cancel it to give the work up. Fails
   *     with {@link io.s2stream.processor.fault.FrameFaultException} when these frames are to
   *     blame, with {@link ForwardFailedException} when the device is; cancelled when the batcher
   *     is closed
   */
  public CompletableFuture<Void> submit(List<FrameBlock> blocks) {
    BatchItem item = new BatchItem(blocks, System.nanoTime(), new CompletableFuture<>());
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

  /**
   * Time for which a device has finished nothing, well or not, in nanoseconds: of those at work the
   * one that takes longest, so that one that hangs isn't hidden by the others; with none at work,
   * since any last did.
   */
  public long nanosSinceProgress() {
    long busy =
        devices.stream()
            .filter(DeviceThread::isBusy)
            .mapToLong(DeviceThread::nanosSinceProgress)
            .max()
            .orElse(-1);
    return busy >= 0
        ? busy
        : devices.stream().mapToLong(DeviceThread::nanosSinceProgress).min().orElse(0);
  }

  /**
   * By how much a record was overtaken, in nanoseconds: one that came so much later is done with,
   * and so is all that came before that one. All wait in one queue, so a record that is overtaken
   * by much was lost on its way.
   *
   * @param sinceNanos {@link System#nanoTime} when the work on the record began
   */
  public long nanosOvertaken(long sinceNanos) {
    long newest =
        devices.stream()
            .mapToLong(device -> device.newestFinishedNanos() - sinceNanos)
            .max()
            .orElse(0);
    // Another device may be slow with what it took before.
    long oldest =
        devices.stream()
            .filter(DeviceThread::isBusy)
            .mapToLong(device -> device.oldestUnderWayNanos() - sinceNanos)
            .min()
            .orElse(newest);
    return Math.min(newest, oldest);
  }

  /**
   * Ends after the running forwards: a native forward must not outlive the JVM. Items that wait are
   * cancelled.
   */
  @Override
  public void close() {
    boolean unusedEnded = closeWithin(Duration.ofMillis(Long.MAX_VALUE));
  }

  /**
   * As {@link #close()}, but gives a device up that hangs.
   *
   * @return false when a running forward did not end in this time; its extractor is then still in
   *     use and can't be closed
   */
  public boolean closeWithin(Duration patience) {
    closed = true;
    devices.forEach(DeviceThread::close);
    boolean interrupted = false;
    long start = System.nanoTime();
    long left = patience.toMillis();
    for (DeviceThread device : devices) {
      boolean ended = false;
      while (!ended && left > 0) {
        try {
          ended = device.join(left);
        } catch (InterruptedException e) {
          interrupted = true;
        }
        left = patience.toMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return devices.stream().noneMatch(DeviceThread::isAlive);
  }

  /** Told or not: without one of its devices nothing more is taken. */
  private void deviceEnded() {
    closed = true;
    devices.forEach(DeviceThread::close);
    queue.forEach(item -> item.done().cancel(false));
  }
}
