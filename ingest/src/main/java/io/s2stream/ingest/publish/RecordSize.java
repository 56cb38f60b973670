package io.s2stream.ingest.publish;

import io.s2stream.ingest.source.ImageSize;

/** How large the records of a configuration can get. */
public final class RecordSize {

  // Avro's varints of one frame (index, two times, flag, length) and of the batch around them.
  private static final int FRAME_OVERHEAD_BYTES = 64;
  private static final int BATCH_OVERHEAD_BYTES = 1024;

  private RecordSize() {}

  /**
   * Returns the size of the largest record's key and value in bytes. JPEG gets the bound of raw
   * pixels: it stays far below except on noise.
   */
  public static long maxBytes(ImageSize size, int framesPerRecord) {
    return BATCH_OVERHEAD_BYTES + (long) framesPerRecord * (FRAME_OVERHEAD_BYTES + size.rgbBytes());
  }
}
