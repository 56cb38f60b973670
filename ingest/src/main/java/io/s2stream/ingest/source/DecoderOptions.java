package io.s2stream.ingest.source;

import java.time.Duration;

/**
 * How a video is decoded, and the limits past which it is not.
 *
 * @param threads threads of the decoder, at least 1; only with 1 is what follows damaged data
 *     reproducible
 * @param hardware the device that decodes, if any; shared, closed by whoever made it
 * @param maxPixels largest width times height, checked before a picture is allocated
 * @param maxPacketBytes largest encoded picture; larger ones are damage
 * @param openTimeout longest time that opening may take
 * @param damage what becomes of damaged frames
 * @param maxSuccessiveErrors so many errors without a good frame between end a live source, so that
 *     it is opened anew; a file is read on
 */
public record DecoderOptions(
    int threads,
    Hardware hardware,
    long maxPixels,
    long maxPacketBytes,
    Duration openTimeout,
    Damage damage,
    int maxSuccessiveErrors) {

  /** 8192 x 4320, the largest picture of H.264 and HEVC. */
  public static final long DEFAULT_MAX_PIXELS = 35_389_440;

  public static final DecoderOptions DEFAULT =
      new DecoderOptions(
          1,
          Hardware.none(),
          DEFAULT_MAX_PIXELS,
          64 << 20,
          Duration.ofSeconds(30),
          Damage.SKIP,
          100);

  public DecoderOptions {
    if (threads < 1 || maxPixels < 1 || maxPacketBytes < 1 || maxSuccessiveErrors < 1) {
      throw new IllegalArgumentException("decoder threads and limits: expected at least 1");
    }
  }

  /** Returns a copy whose decoders have so many threads. */
  public DecoderOptions withThreads(int count) {
    return new DecoderOptions(
        count, hardware, maxPixels, maxPacketBytes, openTimeout, damage, maxSuccessiveErrors);
  }

  /**
   * Returns the limit to set in libav, which compares sizes rounded up to blocks and for its SIMD
   * code. It holds before memory is taken; the exact limit is checked besides.
   */
  long roundedMaxPixels() {
    return maxPixels + maxPixels / 4 + 16_384;
  }
}
