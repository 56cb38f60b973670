package io.s2stream.processor.batch;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import io.s2stream.processor.decode.FrameDecoder;
import io.s2stream.processor.extract.FeatureExtractor;
import io.s2stream.processor.extract.FeatureLayout;
import io.s2stream.processor.extract.FrameBlock;
import io.s2stream.processor.extract.FrameRejectedException;
import io.s2stream.processor.extract.RgbFrame;
import io.s2stream.processor.fault.FaultReason;
import io.s2stream.processor.fault.FrameFaultException;
import io.s2stream.processor.metrics.ProcessorMetrics;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.PixelEncoding;
import org.jspecify.annotations.Nullable;

/**
 * Turns one frame batch into its feature record: decodes, waits for the device, packs. Knows no
 * Kafka. Thread-safe; many batches may be under way, and end in any order.
 */
public final class FeaturePipeline {
  private final FrameDecoder decoder;
  private final Executor decoders;
  private final FeatureExtractor extractor;
  private final FrameBatcher batcher;
  private final FeatureRecords records;
  private final ProcessorMetrics metrics;
  private final int maxFramesPerRecord;
  private final int maxFeatureBytes;

  /**
   * @param decoders runs JPEG decoding; raw frames need none and skip it
   * @param maxFramesPerRecord a batch with more is refused: the topics' limits are made for this
   *     many
   * @param maxFeatureBytes a batch whose features need more is refused, for the same reason
   */
  public FeaturePipeline(
      FrameDecoder decoder,
      Executor decoders,
      FeatureExtractor extractor,
      FrameBatcher batcher,
      FeatureRecords records,
      ProcessorMetrics metrics,
      int maxFramesPerRecord,
      int maxFeatureBytes) {
    this.decoder = decoder;
    this.decoders = decoders;
    this.extractor = extractor;
    this.batcher = batcher;
    this.records = records;
    this.metrics = metrics;
    this.maxFramesPerRecord = maxFramesPerRecord;
    this.maxFeatureBytes = maxFeatureBytes;
  }

  /**
   * Starts the work on a batch; returns at once.
   *
   * @param result completes with the feature record, or with {@link FrameFaultException} when the
   *     batch is to blame, or with another exception when the service is in trouble. Cancel it to
   *     give the work up
   */
  public void submit(FrameBatch batch, CompletableFuture<FeatureRecord> result) {
    boolean needsDecoding =
        batch.getEncoding() == PixelEncoding.JPEG && !batch.getFrames().isEmpty();
    Executor executor = needsDecoding ? decoders : Runnable::run;
    executor.execute(
        () -> {
          try {
            start(batch, result);
          } catch (RuntimeException | Error e) {
            // Whatever happens on a pool thread has to reach the one who waits for the result.
            result.completeExceptionally(e);
          }
        });
  }

  private void start(FrameBatch batch, CompletableFuture<FeatureRecord> result) {
    if (result.isDone()) {
      return;
    }
    int count = batch.getFrames().size();
    if (count == 0) {
      result.complete(endMark(batch));
      return;
    }
    if (count > maxFramesPerRecord) {
      throw new FrameFaultException(
          FaultReason.TOO_LARGE,
          "the batch has %d frames, max-frames-per-record allows %d"
              .formatted(count, maxFramesPerRecord));
    }
    decoder.checkSize(batch);
    FeatureLayout layout = layout(batch);
    List<RgbFrame> frames =
        batch.getEncoding() == PixelEncoding.JPEG
            ? metrics.decode(() -> decoder.decode(batch))
            : decoder.decode(batch);
    long bytes = layout.bytes(count);
    if (bytes > maxFeatureBytes) {
      throw new FrameFaultException(
          FaultReason.TOO_LARGE,
          "the features of %d frames of %dx%d need %d bytes; the feature topic is made for %d"
              .formatted(count, batch.getWidth(), batch.getHeight(), bytes, maxFeatureBytes));
    }
    ByteBuffer data = records.buffer(batch, layout, (int) bytes);
    CompletableFuture<Void> done = batcher.submit(blocks(frames, layout, data));
    CompletableFuture<Boolean> unusedEnd =
        done.handle(
            (nothing, failure) -> finish(result, failure, () -> records.of(batch, layout, data)));
    // Whoever cancels the result gives up the work on the device as well.
    CompletableFuture<FeatureRecord> unusedCancel =
        result.whenComplete((record, failure) -> done.cancel(false));
  }

  /** Frames that become one, each with its part of the buffer. */
  private static List<FrameBlock> blocks(
      List<RgbFrame> frames, FeatureLayout layout, ByteBuffer data) {
    int size = layout.pool().t();
    int bytes = layout.bytesPerFrame();
    List<FrameBlock> blocks = new ArrayList<>();
    for (int start = 0; start < frames.size(); start += size) {
      blocks.add(
          new FrameBlock(
              frames.subList(start, Math.min(start + size, frames.size())),
              data.slice(blocks.size() * bytes, bytes)));
    }
    return blocks;
  }

  /**
   * Heap that a batch takes while it is under way: its message, its decoded frames if they come as
   * JPEG, and its features. Allocates nothing.
   *
   * @throws FrameFaultException when no such frames can be processed
   */
  public long heapBytes(FrameBatch batch, int messageBytes) {
    int count = batch.getFrames().size();
    if (count == 0 || count > maxFramesPerRecord) {
      return messageBytes; // An end mark, or refused before anything is decoded.
    }
    decoder.checkSize(batch);
    long decoded =
        batch.getEncoding() == PixelEncoding.JPEG
            ? 3L * batch.getWidth() * batch.getHeight() * count
            : 0;
    long features = Math.min(maxFeatureBytes, layout(batch).bytes(count));
    return messageBytes + decoded + features;
  }

  /**
   * The record that takes the place of a batch whose frames are left out.
   *
   * @throws FrameFaultException when this batch could not be processed anyway
   */
  public FeatureRecord skip(FrameBatch batch, String reason) {
    decoder.checkSize(batch);
    return records.skipped(batch, layout(batch), reason);
  }

  private static boolean finish(
      CompletableFuture<FeatureRecord> result,
      @Nullable Throwable failure,
      Supplier<FeatureRecord> record) {
    if (failure != null) {
      return result.completeExceptionally(failure);
    }
    try {
      return result.complete(record.get());
    } catch (RuntimeException | Error e) {
      return result.completeExceptionally(e);
    }
  }

  /**
   * For how long a record that isn't done has been stuck, in nanoseconds; about 0 or less if all is
   * well. The device may take long, as long as it gets on with its work in the order in which it
   * came.
   *
   * @param sinceNanos {@link System#nanoTime} when the work on the record began
   */
  public long nanosStuck(long sinceNanos) {
    long idle = Math.min(System.nanoTime() - sinceNanos, batcher.nanosSinceProgress());
    return Math.max(idle, batcher.nanosOvertaken(sinceNanos));
  }

  private FeatureRecord endMark(FrameBatch batch) {
    if (!batch.getEndOfStream()) {
      throw new FrameFaultException(
          FaultReason.NO_FRAMES, "a batch without frames is only allowed as an end-of-stream mark");
    }
    return records.endMark(batch);
  }

  private FeatureLayout layout(FrameBatch batch) {
    try {
      return extractor.layout(batch.getHeight(), batch.getWidth());
    } catch (FrameRejectedException e) {
      throw new FrameFaultException(
          FaultReason.UNSUPPORTED_SIZE, String.valueOf(e.getMessage()), e);
    }
  }
}
