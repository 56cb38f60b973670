package io.s2stream.processor.batch;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.s2stream.processor.extract.RgbFrame;

/**
 * The frames of one record on their way through the device.
 *
 * @param frames at least one, all of one size
 * @param out one buffer per frame for its features
 * @param done completes when all of {@code out} is written, or with the reason why not; cancel it
 *     to give the work up
 */
record BatchItem(List<RgbFrame> frames, List<ByteBuffer> out, CompletableFuture<Void> done) {

  boolean sameSizeAs(BatchItem other) {
    RgbFrame mine = frames.get(0);
    RgbFrame theirs = other.frames.get(0);
    return mine.height() == theirs.height() && mine.width() == theirs.width();
  }
}
