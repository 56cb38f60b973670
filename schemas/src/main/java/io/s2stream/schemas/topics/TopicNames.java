package io.s2stream.schemas.topics;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of topics that are made from a template: {@code {stream}}, {@code {group}} and {@code
 * {tower}} stand for what is put there, and a name that would be too long or have characters that
 * Kafka has not ends in a hyphen and {@value #HASH_DIGITS} hexadecimal digits.
 */
public final class TopicNames {
  /** Hexadecimal digits at the end of a name that was changed. */
  public static final int HASH_DIGITS = 8;

  private static final Pattern PLACE = Pattern.compile("\\{([^{}]*)}");

  private TopicNames() {}

  /** Whether a text has places, and is not just the name of a topic. */
  public static boolean isTemplate(String text) {
    return PLACE.matcher(text).find();
  }

  /** Fits every name that a template can give, whatever is put in its places. */
  public static Pattern of(String template) {
    Matcher places = PLACE.matcher(template);
    StringBuilder pattern = new StringBuilder();
    int end = 0;
    while (places.find()) {
      pattern.append(Pattern.quote(template.substring(end, places.start()))).append(".*");
      end = places.end();
    }
    // A name that is cut loses its end.
    String tail = Pattern.quote(template.substring(end));
    return Pattern.compile(
        pattern + (end == 0 ? tail : "(" + tail + "|-[0-9a-f]{" + HASH_DIGITS + "})"));
  }
}
