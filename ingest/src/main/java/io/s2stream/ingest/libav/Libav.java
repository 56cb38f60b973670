package io.s2stream.ingest.libav;

import java.nio.charset.StandardCharsets;

import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** Error codes, times and null pointers of libav's C API as Java sees them. */
public final class Libav {

  /** AVERROR(EAGAIN) on Linux: the callee needs more input or has no output yet. */
  public static final int AGAIN = -11;

  /**
   * Largest piece of memory that libav may ask for, whatever a file or a camera claims: a picture
   * of 8192 x 4320 in 16 bits, 4:4:4, has 212 MB.
   */
  private static final long MAX_ALLOCATION_BYTES = 512L << 20;

  static {
    // libav writes to stderr by itself. What it reports is counted or thrown by us, so only what
    // precedes a crash is left to it.
    avutil.av_log_set_level(avutil.AV_LOG_FATAL);
    avutil.av_max_alloc(MAX_ALLOCATION_BYTES);
  }

  private Libav() {}

  /**
   * Returns {@code code} if it is not an error.
   *
   * @throws LibavException if {@code code} is negative; the message starts with {@code what}
   */
  public static int check(int code, String what) {
    if (code < 0) {
      throw new LibavException(what, code);
    }
    return code;
  }

  /**
   * Returns {@code pointer} if libav could allocate it.
   *
   * @throws LibavException if {@code pointer} is a C null pointer
   */
  public static <P extends Pointer> P allocated(P pointer, String what) {
    if (isNull(pointer)) {
      throw new LibavException("allocate " + what, avutil.AVERROR_ENOMEM());
    }
    return pointer;
  }

  /** Returns whether {@code pointer} is a C null pointer, however the binding spells it. */
  public static boolean isNull(@Nullable Pointer pointer) {
    return pointer == null || pointer.isNull();
  }

  /** Returns libav's own words for an AVERROR code. */
  public static String errorText(int code) {
    byte[] text = new byte[256];
    avutil.av_strerror(code, text, text.length);
    int length = 0;
    while (length < text.length && text[length] != 0) {
      length++;
    }
    return new String(text, 0, length, StandardCharsets.UTF_8);
  }

  /** Returns a time in units of {@code timeBase} in microseconds, rounded to nearest. */
  public static long toMicros(long time, AVRational timeBase) {
    return avutil.av_rescale_q(time, timeBase, MICROS);
  }

  /** Returns {@code rational} as a double, or 0 where libav says "unknown" (0/0, 0/1, 1/0). */
  public static double toDouble(AVRational rational) {
    return rational.num() <= 0 || rational.den() <= 0
        ? 0
        : (double) rational.num() / rational.den();
  }

  private static final AVRational MICROS = avutil.av_make_q(1, 1_000_000);
}
