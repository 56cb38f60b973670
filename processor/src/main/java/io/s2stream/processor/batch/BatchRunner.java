package io.s2stream.processor.batch;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;

import io.s2stream.processor.extract.FeatureExtractor;
import io.s2stream.processor.extract.FrameBlock;
import io.s2stream.processor.extract.RgbFrame;
import io.s2stream.processor.fault.FaultReason;
import io.s2stream.processor.fault.FrameFaultException;
import io.s2stream.processor.metrics.DeviceMeters;
import io.s2stream.processor.s2.OutOfDeviceMemoryException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs batches on the device and finds out who is to blame when one fails. Belongs to the device
 * thread; its progress may be read by any.
 *
 * <p>The items of a batch that failed run once more, each alone, so that one bad frame harms no
 * other. An item that fails again is blamed only if as many black frames of its size pass and it
 * then fails a third time; otherwise the device is in trouble and the item ends with {@link
 * ForwardFailedException}. An item that is too much for the device's memory would fail in black
 * too: there the black frames are as many and as large as those that passed last, so that somebody
 * else's hold on the memory is told from frames that never fit. Nothing is ever blamed for an
 * {@link Error}.
 */
final class BatchRunner {
  private static final Logger LOG = LoggerFactory.getLogger(BatchRunner.class);

  private final FeatureExtractor extractor;
  private final DeviceMeters meters;
  private volatile long lastProgressNanos = System.nanoTime();
  private volatile long newestFinishedNanos = System.nanoTime();
  private volatile long oldestUnderWayNanos = System.nanoTime();

  /** The first record of the batch that passed last. Device thread only. */
  private @Nullable Work lastPassed;

  BatchRunner(FeatureExtractor extractor, DeviceMeters meters) {
    this.extractor = extractor;
    this.meters = meters;
  }

  /** Runs a batch of equally sized frames; every item ends, whatever happens. */
  void run(List<BatchItem> batch) {
    // Of a device that had nothing to do, the time without progress begins here.
    lastProgressNanos = System.nanoTime();
    oldestUnderWayNanos = batch.get(0).queuedNanos();
    batch.forEach(item -> meters.waited(lastProgressNanos - item.queuedNanos()));
    runOrBlame(batch);
    // What waits is taken in its order, so the last of the batch is the newest.
    newestFinishedNanos = batch.get(batch.size() - 1).queuedNanos();
  }

  private void runOrBlame(List<BatchItem> batch) {
    Throwable failure = tryForward(batch);
    if (failure == null) {
      batch.forEach(item -> item.done().complete(null));
    } else if (batch.size() == 1) {
      blame(batch.get(0), failure);
    } else {
      LOG.warn(
          "A forward of {} records failed, each is tried alone: {}",
          batch.size(),
          failure.toString());
      batch.forEach(item -> runOrBlame(List.of(item)));
    }
  }

  long nanosSinceProgress() {
    return System.nanoTime() - lastProgressNanos;
  }

  /** {@link System#nanoTime} when the newest record came that this device is done with. */
  long newestFinishedNanos() {
    return newestFinishedNanos;
  }

  /** {@link System#nanoTime} when the oldest record came of the batch that runs, or ran last. */
  long oldestUnderWayNanos() {
    return oldestUnderWayNanos;
  }

  private @Nullable Throwable tryForward(List<BatchItem> batch) {
    List<FrameBlock> blocks = batch.stream().flatMap(item -> item.blocks().stream()).toList();
    int frames = batch.stream().mapToInt(BatchItem::frames).sum();
    try {
      meters.forward(frames, () -> extractor.extract(blocks));
      lastPassed = Work.of(batch.get(0));
      return null;
    } catch (RuntimeException | Error e) {
      // Errors too: an OutOfMemoryError of one batch must not end the device thread while records
      // wait for it.
      if (e instanceof OutOfDeviceMemoryException) {
        meters.outOfMemory();
      }
      return e;
    } finally {
      lastProgressNanos = System.nanoTime();
    }
  }

  private void blame(BatchItem item, Throwable failure) {
    boolean shortOfMemory = failure instanceof OutOfDeviceMemoryException;
    if (failure instanceof Error
        || !passesBlackFrames(shortOfMemory ? lastPassed : Work.of(item))) {
      item.done()
          .completeExceptionally(
              new ForwardFailedException(
                  "the device or the model is in trouble: " + failure.getMessage(), failure));
      return;
    }
    Throwable again = tryForward(List.of(item));
    if (again == null) {
      item.done().complete(null);
    } else {
      item.done().completeExceptionally(fault(again));
    }
  }

  private static FrameFaultException fault(Throwable failure) {
    return failure instanceof OutOfDeviceMemoryException
        ? new FrameFaultException(
            FaultReason.OUT_OF_MEMORY, String.valueOf(failure.getMessage()), failure)
        : new FrameFaultException(
            FaultReason.TOWER_ERROR,
            "the forward fails on this record alone: " + failure.getMessage(),
            failure);
  }

  /** What a record asks of the device, whatever is in its pictures. */
  private record Work(int height, int width, List<Block> blocks) {
    record Block(int frames, int outBytes) {
      static Block of(FrameBlock block) {
        return new Block(block.frames().size(), block.out().remaining());
      }
    }

    static Work of(BatchItem item) {
      RgbFrame frame = item.first();
      return new Work(
          frame.height(), frame.width(), item.blocks().stream().map(Block::of).toList());
    }

    List<FrameBlock> black() {
      RgbFrame frame = new RgbFrame(height, width, ByteBuffer.allocate(3 * height * width));
      return blocks.stream()
          .map(
              block ->
                  new FrameBlock(
                      Collections.nCopies(block.frames(), frame),
                      ByteBuffer.allocate(block.outBytes())))
          .toList();
    }
  }

  /** Whether the device can do as much work as this; null is nothing, which it always can. */
  private boolean passesBlackFrames(@Nullable Work work) {
    if (work == null) {
      return true;
    }
    try {
      extractor.extract(work.black());
      return true;
    } catch (RuntimeException | Error e) {
      LOG.warn("Black frames of {}x{} fail as well: {}", work.width(), work.height(), e.toString());
      return false;
    } finally {
      lastProgressNanos = System.nanoTime();
    }
  }
}
