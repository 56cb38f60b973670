package io.s2stream.config;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as configuration writes them: {@code 5ms}, {@code 2s}, {@code 1m}. */
final class DurationText {
  static final String FORMS = "a whole number with a unit: us, ms, s, m, h or d, such as 500ms";

  private static final Pattern FORM = Pattern.compile("(\\d+)\\s*(us|ms|s|m|h|d)");

  private DurationText() {}

  /**
   * @throws IllegalArgumentException if the text is no duration; names the accepted forms
   */
  static Duration parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' is not a duration; expected " + FORMS);
    }
    try {
      return Duration.of(Long.parseLong(matcher.group(1)), unit(matcher.group(2)));
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is too long a duration", e);
    }
  }

  private static ChronoUnit unit(String unit) {
    return switch (unit) {
      case "us" -> ChronoUnit.MICROS;
      case "ms" -> ChronoUnit.MILLIS;
      case "s" -> ChronoUnit.SECONDS;
      case "m" -> ChronoUnit.MINUTES;
      case "h" -> ChronoUnit.HOURS;
      default -> ChronoUnit.DAYS;
    };
  }

  /** The shortest exact form, readable by {@link #parse}; below a microsecond it is ISO-8601. */
  static String render(Duration duration) {
    if (duration.isNegative() || duration.toNanosPart() % 1_000 != 0) {
      return duration.toString();
    }
    if (duration.isZero()) {
      return "0s";
    }
    if (duration.toNanosPart() % 1_000_000 != 0) {
      return duration.toNanos() / 1_000 + "us";
    }
    if (duration.toNanosPart() != 0) {
      return duration.toMillis() + "ms";
    }
    long seconds = duration.toSeconds();
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
