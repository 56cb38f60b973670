package io.s2stream.config;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Hides what must not reach a log: credentials in URLs, and properties that hold secrets. */
public final class SecretMasking {
  /** What stands in the place of a secret. */
  public static final String MASK = "***";

  // The authority ends at the first '/', '?' or '#', and its last '@' ends the credentials: the
  // same rule by which libavformat and java.net.URI split a URL.
  private static final Pattern URL_PASSWORD =
      Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*://[^\\s/?#:@\"']*:)[^\\s/?#\"']*@");
  private static final Pattern QUERY_SECRET =
      Pattern.compile(
          "(?i)([?&](?:password|passwd|pass|pwd|secret|token|access_token|api_key|apikey|key|auth"
              + "|signature|sig)=)[^&\\s\"'#]*");
  private static final Pattern SECRET_KEY =
      Pattern.compile(
          "password|secret|token|credentials$|sasl\\.jaas\\.config|user\\.?info|ssl\\..*key$"
              + "|access\\.key|api\\.key|private\\.key");
  private static final Set<String> HARMLESS_ENDINGS =
      Set.of("url", "location", "class", "ms", "seconds", "source", "provider", "type", "name");

  private SecretMasking() {}

  /** Replaces passwords in URLs ({@code rtsp://user:***@host/}) and in their query parameters. */
  public static String maskUrls(String text) {
    String masked = URL_PASSWORD.matcher(text).replaceAll("$1" + MASK + "@");
    return QUERY_SECRET.matcher(masked).replaceAll("$1" + MASK);
  }

  /** True if the value of this client property (such as {@code sasl.jaas.config}) is a secret. */
  public static boolean isSecretKey(String key) {
    String lower = key.toLowerCase(Locale.ROOT);
    return SECRET_KEY.matcher(lower).find()
        && !HARMLESS_ENDINGS.contains(lower.substring(lower.lastIndexOf('.') + 1));
  }
}
