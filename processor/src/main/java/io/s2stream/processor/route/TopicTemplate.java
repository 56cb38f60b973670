package io.s2stream.processor.route;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.s2stream.schemas.topics.TopicNames;

/**
 * A topic's name with places for the stream, its group and the tower. Immutable.
 *
 * <p>A name never has more than Kafka's 249 characters, and only Kafka's own. One that would have
 * others, or be longer, is cut and its illegal characters replaced by hyphens, and ends in eight
 * hexadecimal digits of its SHA-256: different streams never share a topic because of that.
 */
public final class TopicTemplate {
  private static final Pattern PLACE = Pattern.compile("\\{([^{}]*)}");
  private static final Pattern LITERAL = Pattern.compile("[A-Za-z0-9._-]*");
  private static final Pattern ILLEGAL = Pattern.compile("[^A-Za-z0-9._-]");
  private static final int MAX_CHARS = 249;
  private static final int MAX_LITERAL_CHARS = 150;

  /** For streams that the pattern of groups doesn't fit. */
  private static final String NO_GROUP = "other";

  private final String text;
  private final Pattern groups;
  private final String tower;

  private TopicTemplate(String text, Pattern groups, String tower) {
    this.text = text;
    this.groups = groups;
    this.tower = tower;
  }

  /**
   * @param text free of {@link #problems}
   * @param groups fits whole stream ids; its first group is the stream's group
   * @param tower name of the tower
   */
  public static TopicTemplate of(String text, Pattern groups, String tower) {
    return new TopicTemplate(text, groups, tower);
  }

  /** What is wrong with a template; empty when nothing is. A plain name is always right. */
  public static List<String> problems(String text) {
    List<String> problems = new ArrayList<>();
    if (!text.contains("{") && !text.contains("}")) {
      return problems;
    }
    for (String place : PLACE.matcher(text).results().map(result -> result.group(1)).toList()) {
      if (!List.of("stream", "group", "tower").contains(place)) {
        problems.add("{" + place + "} is not known; expected {stream}, {group} or {tower}");
      }
    }
    String literal = PLACE.matcher(text).replaceAll("");
    if (!LITERAL.matcher(literal).matches() || literal.length() > MAX_LITERAL_CHARS) {
      problems.add(
          "beside {stream}, {group} and {tower} expected up to "
              + MAX_LITERAL_CHARS
              + " of letters, digits, '.', '_' and '-'");
    }
    if (text.startsWith("{")) {
      problems.add("must begin with a fixed text, or a stream could be named like any other topic");
    }
    return problems;
  }

  /** Whether all streams share one topic. */
  public boolean isFixed() {
    return !text.contains("{stream}") && !text.contains("{group}");
  }

  /** The topic of a stream. */
  public String topic(String stream) {
    String name = filled(Map.of("stream", stream, "group", group(stream), "tower", tower));
    String legal = ILLEGAL.matcher(name).replaceAll("-");
    if (legal.equals(name) && name.length() <= MAX_CHARS) {
      return name;
    }
    int kept = Math.min(legal.length(), MAX_CHARS - TopicNames.HASH_DIGITS - 1);
    return legal.substring(0, kept) + "-" + sha256(name).substring(0, TopicNames.HASH_DIGITS);
  }

  /** The one topic of all streams; only where {@link #isFixed()}. */
  public String topic() {
    if (!isFixed()) {
      throw new IllegalStateException(text + " has a topic for each stream");
    }
    return topic("");
  }

  /** Fits every name that this template can give. */
  public Pattern names() {
    return TopicNames.of(text);
  }

  private String group(String stream) {
    Matcher matcher = groups.matcher(stream);
    if (!matcher.matches() || matcher.groupCount() < 1) {
      return NO_GROUP;
    }
    String group = matcher.group(1);
    return group == null || group.isEmpty() ? NO_GROUP : group;
  }

  private String filled(Map<String, String> values) {
    return PLACE
        .matcher(text)
        .replaceAll((MatchResult place) -> Matcher.quoteReplacement(values.get(place.group(1))));
  }

  private static String sha256(String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
