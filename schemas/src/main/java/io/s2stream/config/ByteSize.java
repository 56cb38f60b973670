package io.s2stream.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of bytes, written as {@code 64MiB} in configuration.
 *
 * @param bytes the amount in bytes, from 0
 */
public record ByteSize(long bytes) {
  static final String FORMS =
      "a whole number with a unit: B, KiB, MiB, GiB (of 1024) or kB, MB, GB (of 1000), such as"
          + " 64MiB";

  private static final Pattern FORM = Pattern.compile("(\\d+)\\s*([a-zA-Z]+)");

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size can't be negative, but is " + bytes + " bytes");
    }
  }

  /** Makes a size of that many MiB. */
  public static ByteSize ofMebibytes(long mebibytes) {
    return new ByteSize(Math.multiplyExact(mebibytes, 1L << 20));
  }

  /**
   * Reads a size such as {@code 64MiB}; letter case does not matter.
   *
   * @throws IllegalArgumentException if the text is no size; names the accepted forms
   */
  public static ByteSize parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (matcher.matches()) {
      long unit = unitBytes(matcher.group(2).toLowerCase(Locale.ROOT));
      if (unit > 0) {
        try {
          return new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit));
        } catch (ArithmeticException | NumberFormatException e) {
          throw new IllegalArgumentException("'" + text + "' is more than 8 EiB", e);
        }
      }
    }
    throw new IllegalArgumentException("'" + text + "' is not a size; expected " + FORMS);
  }

  private static long unitBytes(String unit) {
    return switch (unit) {
      case "b" -> 1;
      case "kib" -> 1L << 10;
      case "mib" -> 1L << 20;
      case "gib" -> 1L << 30;
      case "kb" -> 1_000;
      case "mb" -> 1_000_000;
      case "gb" -> 1_000_000_000;
      default -> 0;
    };
  }

  /** The shortest exact form, readable by {@link #parse}. */
  @Override
  public String toString() {
    String[] units = {"B", "KiB", "MiB", "GiB"};
    int unit = 0;
    long amount = bytes;
    while (unit < 3 && amount != 0 && amount % 1024 == 0) {
      amount /= 1024;
      unit++;
    }
    return amount + units[unit];
  }
}
