package io.s2stream.processor;

import io.s2stream.config.InvalidSettingException;
import io.s2stream.processor.extract.FeatureLayout;
import io.s2stream.schemas.topics.TopicSpec;

/**
 * Sizes of the largest records the plan can make, in bytes; the limits of topics and clients follow
 * from them.
 *
 * @param frames of a frame batch of raw frames of the plan's largest image size
 * @param features of a feature record
 */
record RecordSizes(int frames, int features) {
  /** Room for key, metadata, and headers: fixed, and per frame. Generous; limits cost nothing. */
  private static final int RECORD_OVERHEAD = 16 << 10;

  private static final int FRAME_OVERHEAD = 256;

  /**
   * @throws InvalidSettingException when no topic could carry such records
   */
  static RecordSizes of(int maxFramesPerRecord, FeatureLayout layout) {
    long pixels =
        layout.imageSizes().stream()
            .mapToLong(size -> (long) size[0] * size[1])
            .max()
            .orElseThrow();
    return new RecordSizes(
        bytes("frame batches", maxFramesPerRecord, 3 * pixels * maxFramesPerRecord),
        bytes("feature records", maxFramesPerRecord, layout.bytes(maxFramesPerRecord)));
  }

  private static int bytes(String what, int frames, long payload) {
    long bytes = RECORD_OVERHEAD + payload + (long) frames * FRAME_OVERHEAD;
    if (bytes > TopicSpec.MAX_RECORD_BYTES) {
      throw new InvalidSettingException(
          "max-frames-per-record",
          "%s of %d frames would have %d bytes, Kafka's limit is 2 GiB; lower it or the scales"
              .formatted(what, frames, bytes));
    }
    return (int) bytes;
  }
}
