package io.s2stream.ingest.publish;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import io.s2stream.ingest.encode.FrameEncoder;
import io.s2stream.ingest.source.VideoFrame;
import io.s2stream.schemas.Frame;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.PixelEncoding;
import org.jspecify.annotations.Nullable;

/**
 * Groups one stream's frames into records of a fixed number of frames; the last one before an end
 * or a loss may be shorter. Not thread-safe.
 */
public final class BatchAssembler {

  private final String streamId;
  private final int framesPerRecord;
  private final FrameEncoder encoder;
  private @Nullable FrameBatch open;

  /**
   * @param framesPerRecord at least 1
   * @param encoder used for each frame; the caller closes it
   */
  public BatchAssembler(String streamId, int framesPerRecord, FrameEncoder encoder) {
    if (framesPerRecord < 1) {
      throw new IllegalArgumentException("frames per record: expected at least 1");
    }
    this.streamId = streamId;
    this.framesPerRecord = framesPerRecord;
    this.encoder = encoder;
  }

  /**
   * Adds a frame and returns the record it completes, or null. A frame that can't be encoded is not
   * added.
   */
  public @Nullable FrameBatch add(VideoFrame frame) {
    ByteBuffer data = encoder.encode(frame);
    FrameBatch batch = open;
    if (batch == null) {
      batch =
          new FrameBatch(
              streamId,
              frame.index(),
              frame.size().width(),
              frame.size().height(),
              encoder.encoding(),
              new ArrayList<>(framesPerRecord),
              false);
      open = batch;
    }
    batch
        .getFrames()
        .add(
            new Frame(
                frame.index(),
                frame.ptsMicros(),
                frame.captureTimeMicros(),
                frame.discontinuity(),
                data));
    return batch.getFrames().size() == framesPerRecord ? flush() : null;
  }

  /** Returns the frames that wait for a full record, as a shorter one; null if there are none. */
  public @Nullable FrameBatch flush() {
    FrameBatch batch = open;
    open = null;
    return batch;
  }

  /** Returns the mark that ends a stream of {@code totalFrames} frames. Flush first. */
  public FrameBatch endOfStream(long totalFrames) {
    if (open != null) {
      throw new IllegalStateException("frames are waiting: flush before the end-of-stream mark");
    }
    return new FrameBatch(streamId, totalFrames, 0, 0, encoding(), List.of(), true);
  }

  private PixelEncoding encoding() {
    return encoder.encoding();
  }
}
