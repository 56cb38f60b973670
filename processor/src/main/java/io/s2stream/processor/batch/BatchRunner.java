package io.s2stream.processor.batch;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import io.s2stream.processor.extract.FeatureExtractor;
import io.s2stream.processor.extract.RgbFrame;
import io.s2stream.processor.fault.FaultReason;
import io.s2stream.processor.fault.FrameFaultException;
import io.s2stream.processor.metrics.ProcessorMetrics;
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
 * ForwardFailedException}. Nothing is ever blamed for an {@link Error}.
 */
final class BatchRunner {
  private static final Logger LOG = LoggerFactory.getLogger(BatchRunner.class);

  private final FeatureExtractor extractor;
  private final ProcessorMetrics metrics;
  private volatile long lastProgressNanos = System.nanoTime();

  BatchRunner(FeatureExtractor extractor, ProcessorMetrics metrics) {
    this.extractor = extractor;
    this.metrics = metrics;
  }

  /** Runs a batch of equally sized frames; every item ends, whatever happens. */
  void run(List<BatchItem> batch) {
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
      batch.forEach(item -> run(List.of(item)));
    }
  }

  long nanosSinceProgress() {
    return System.nanoTime() - lastProgressNanos;
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
    } finally {
      lastProgressNanos = System.nanoTime();
    }
  }

  private void blame(BatchItem item, Throwable failure) {
    if (failure instanceof Error || !passesBlackFrames(item)) {
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
      item.done()
          .completeExceptionally(
              new FrameFaultException(
                  FaultReason.TOWER_ERROR,
                  "the forward fails on this record alone: " + again.getMessage(),
                  again));
    }
  }

  /** Whether the device can do as much work as this item asks for. */
  private boolean passesBlackFrames(BatchItem item) {
    RgbFrame frame = item.frames().get(0);
    ByteBuffer black = ByteBuffer.allocate(3 * frame.height() * frame.width());
    List<RgbFrame> frames = new ArrayList<>();
    List<ByteBuffer> out = new ArrayList<>();
    for (ByteBuffer buffer : item.out()) {
      frames.add(new RgbFrame(frame.height(), frame.width(), black));
      out.add(ByteBuffer.allocate(buffer.remaining()));
    }
    try {
      extractor.extract(frames, out);
      return true;
    } catch (RuntimeException | Error e) {
      LOG.warn(
          "Black frames of {}x{} fail as well: {}", frame.width(), frame.height(), e.toString());
      return false;
    } finally {
      lastProgressNanos = System.nanoTime();
    }
  }
}
