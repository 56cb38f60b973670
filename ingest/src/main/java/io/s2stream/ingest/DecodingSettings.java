package io.s2stream.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.s2stream.config.ByteSize;
import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.Problem;
import io.s2stream.config.Setting;
import io.s2stream.ingest.source.Damage;
import io.s2stream.ingest.source.DecoderOptions;
import io.s2stream.ingest.source.Hardware;

/** The section {@code decoding}: devices, damage and limits. */
public record DecodingSettings(
    @Setting(
            value =
                "Device that decodes: cuda, vaapi, or auto for the first of them that is there;"
                    + " without it video is decoded in software, with one warning.",
            defaultValue = "none")
        Hardware.Kind hwaccel,
    @Setting(
            value =
                "Threads of each stream's decoder, 1 to 16. More let one stream use more processors;"
                    + " each costs a decoded picture of memory and a frame of delay, and after"
                    + " damage it is left to chance which frames are lost up to the next keyframe.",
            defaultValue = "1")
        int threads,
    @Setting(
            value =
                "Largest picture in pixels, width times height, at least 1; larger ones are refused"
                    + " before memory is taken.",
            defaultValue = "35389440")
        long maxPixels,
    @Setting(
            value = "Largest encoded picture; a larger one counts as damaged. At most 512MiB.",
            defaultValue = "64MiB")
        ByteSize maxPacket,
    @Setting(
            value =
                "Longest time to open a source, more than 0, at most 1h; of one that is not a file"
                    + " also stall-timeout.",
            defaultValue = "30s")
        Duration openTimeout,
    @Setting(
            value =
                "Frames that the decoder could only partly restore: skip leaves them out, up to the"
                    + " next keyframe; show lets them go on, smeared.",
            defaultValue = "skip")
        Damage damage,
    @Setting(
            value =
                "After so many decoding errors without a good frame between them a live source is"
                    + " opened again, at least 1; a file is read on.",
            defaultValue = "100")
        int maxSuccessiveErrors) {

  private static final long MAX_PACKET_BYTES = 512L << 20;
  private static final int MAX_THREADS = 16; // As many as libav takes by itself at most.
  private static final Duration MAX_OPEN_TIMEOUT = Duration.ofHours(1);

  public DecodingSettings {
    List<Problem> problems = new ArrayList<>();
    if (threads < 1 || threads > MAX_THREADS) {
      problems.add(new Problem("threads", threads + ": expected 1 to " + MAX_THREADS));
    }
    if (maxPixels < 1) {
      problems.add(new Problem("max-pixels", maxPixels + ": expected at least 1"));
    }
    if (maxPacket.bytes() < 1 || maxPacket.bytes() > MAX_PACKET_BYTES) {
      problems.add(new Problem("max-packet", maxPacket + ": expected 1B to 512MiB"));
    }
    if (openTimeout.isNegative()
        || openTimeout.isZero()
        || openTimeout.compareTo(MAX_OPEN_TIMEOUT) > 0) {
      problems.add(new Problem("open-timeout", openTimeout + ": expected more than 0, at most 1h"));
    }
    if (maxSuccessiveErrors < 1) {
      problems.add(
          new Problem("max-successive-errors", maxSuccessiveErrors + ": expected at least 1"));
    }
    if (!problems.isEmpty()) {
      throw new InvalidSettingException(problems);
    }
  }

  /**
   * @param hardware made for {@link #hwaccel}; shared by all streams
   */
  DecoderOptions options(Hardware hardware) {
    return new DecoderOptions(
        threads, hardware, maxPixels, maxPacket.bytes(), openTimeout, damage, maxSuccessiveErrors);
  }
}
