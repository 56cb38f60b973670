package io.s2stream.processor.batch;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.s2stream.processor.extract.FrameBlock;
import io.s2stream.processor.extract.RgbFrame;

/**
 * The frames of one record on their way through the device.
 *
 * @param blocks at least one, all frames of one size
 * @param queuedNanos {@link System#nanoTime} when it came
 * @param done completes when the blocks' buffers are all written, or with the reason why not;
 *     cancel it to give the work up
 */
record BatchItem(List<FrameBlock> blocks, long queuedNanos, CompletableFuture<Void> done) {

  int frames() {
    return blocks.stream().mapToInt(block -> block.frames().size()).sum();
  }

  boolean sameSizeAs(BatchItem other) {
    RgbFrame mine = first();
    RgbFrame theirs = other.first();
    return mine.height() == theirs.height() && mine.width() == theirs.width();
  }

  RgbFrame first() {
    return blocks.get(0).frames().get(0);
  }
}
