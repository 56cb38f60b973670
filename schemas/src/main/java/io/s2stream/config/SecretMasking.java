package io.s2stream.config;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Hides what must not reach a log: credentials in URLs, and properties that hold secrets. */
public final class SecretMasking {
  /** What stands in the place of a secret. */
  public static final String MASK = "***";

  private static final String SMELL = "(?:pas|pwd|psw|token|secret|key|sig|auth|cred|streamid)";
  private static final Pattern AUTHORITY_START = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*://");
  private static final Pattern ENDS_URL = Pattern.compile("[\\s\"'<>]");
  private static final Pattern ENDS_LINE = Pattern.compile("[\r\n]|[a-zA-Z][a-zA-Z0-9+.-]*://");
  private static final Pattern ENDS_AUTHORITY = Pattern.compile("[/?#]");
  // host, or host:port; an IPv6 address in brackets may hold colons.
  private static final Pattern HOST = Pattern.compile("(?:\\[[^\\]]*]|[^:]*)(?::\\d{0,5})?");
  private static final Pattern QUERY_SECRET =
      Pattern.compile("(?i)([?&;][^=&;\\s]*" + SMELL + "[^=&;\\s]*=)[^&]*");
  private static final Pattern QUERY_SECRET_IN_TEXT =
      Pattern.compile("(?i)([?&;][^=&;\\s\"']*" + SMELL + "[^=&;\\s\"']*=)[^&\\s\"']*");
  // Recorders' paths: /user=admin_password=X_channel=1_stream=0.sdp
  private static final Pattern PATH_SECRET =
      Pattern.compile(
          "(?i)([/_][a-z]*" + SMELL + "[a-z]*=)[^/?&\\s\"']*?(?=_[a-z]+=|[/?&\\s\"']|$)");
  private static final Pattern SECRET_KEY =
      Pattern.compile(
          "password|secret|token|credentials$|sasl\\.jaas\\.config|user\\.?info|ssl\\..*key$"
              + "|access\\.key|api\\.key|private\\.key");
  private static final Set<String> HARMLESS_ENDINGS =
      Set.of("url", "location", "class", "ms", "seconds", "source", "provider", "type", "name");

  private SecretMasking() {}

  /**
   * Masks the user info of a URL that is the whole text, and the parameters that smell of secrets.
   * A password that should have been percent-encoded (with a space, '/', '?' or '#') is masked to
   * its end: user info goes up to the last {@code @}, so that more is masked rather than less.
   */
  public static String maskUrl(String url) {
    Matcher start = AUTHORITY_START.matcher(url);
    String masked = start.find() ? maskUserInfo(url, start.end()) : url;
    masked = QUERY_SECRET.matcher(masked).replaceAll("$1" + MASK);
    return PATH_SECRET.matcher(masked).replaceAll("$1" + MASK);
  }

  /** The same for every URL in a longer text, where white space or a quote ends a URL. */
  public static String maskUrls(String text) {
    StringBuilder out = new StringBuilder();
    Matcher start = AUTHORITY_START.matcher(text);
    int done = 0;
    while (start.find(done)) {
      int end = endOfUrl(text, start.end());
      String url = text.substring(start.start(), end);
      out.append(text, done, start.start());
      out.append(maskUserInfo(url, start.end() - start.start()));
      done = end;
    }
    String masked = out.append(text, done, text.length()).toString();
    masked = QUERY_SECRET_IN_TEXT.matcher(masked).replaceAll("$1" + MASK);
    return PATH_SECRET.matcher(masked).replaceAll("$1" + MASK);
  }

  /**
   * Shows {@code name=value} only if the name is among {@code shown}, else {@code name=***}; a text
   * that is no pair is masked wholly.
   *
   * @param shown names whose values hold no secrets, separated by spaces
   */
  public static String maskPair(String pair, String shown) {
    int equals = pair.indexOf('=');
    if (equals < 1) {
      return MASK;
    }
    String name = pair.substring(0, equals);
    return Set.of(shown.split(" ", -1)).contains(name) ? pair : name + "=" + MASK;
  }

  private static int endOfUrl(String text, int start) {
    Matcher ends = ENDS_URL.matcher(text);
    int end = ends.find(start) ? ends.start() : text.length();
    String url = text.substring(start, end);
    if (url.indexOf('@') >= 0 || isHost(url, 0)) {
      return end;
    }
    // What follows the colon is no port: a password with a space in it.
    Matcher line = ENDS_LINE.matcher(text);
    int lineEnd = line.find(start) ? line.start() : text.length();
    return Math.max(end, text.lastIndexOf('@', lineEnd - 1) + 1);
  }

  private static String maskUserInfo(String url, int start) {
    int at = url.lastIndexOf('@');
    return at < start || isHost(url, start)
        ? url
        : url.substring(0, start) + MASK + url.substring(at);
  }

  /** True if the authority is host and port alone, so that an '@' belongs to path or query. */
  private static boolean isHost(String url, int start) {
    Matcher ends = ENDS_AUTHORITY.matcher(url);
    String authority = url.substring(start, ends.find(start) ? ends.start() : url.length());
    return authority.indexOf('@') < 0 && HOST.matcher(authority).matches();
  }

  /** True if the value of this client property (such as {@code sasl.jaas.config}) is a secret. */
  public static boolean isSecretKey(String key) {
    String lower = key.toLowerCase(Locale.ROOT);
    return SECRET_KEY.matcher(lower).find()
        && !HARMLESS_ENDINGS.contains(lower.substring(lower.lastIndexOf('.') + 1));
  }
}
