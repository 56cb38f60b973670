package io.s2stream.ingest.source;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a stream comes from: a local path or anything libavformat opens. Its text form never shows
 * credentials.
 */
public final class SourceUri {

  private static final Pattern SCHEME =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):.*", Pattern.DOTALL);
  private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/?#\\s]*@");
  // A password with an unescaped slash: what follows the colon is no port, and an @ comes later.
  private static final Pattern ODD_USER_INFO =
      Pattern.compile("(?<=://)[^/:@\\s]+:(?!\\d{1,5}(?:[/?#]|$))\\S*@");
  private static final Pattern SECRET_PARAMETER =
      Pattern.compile(
          "(?i)([?&;][^=&;#]*(?:pass|pwd|token|secret|key|sig|auth|credential|streamid)[^=&;#]*=)[^&;#]*");

  private final String text;

  public SourceUri(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("empty source: expected a file or a URL");
    }
    this.text = text;
  }

  /** Returns the path if this is a local file, whether or not it exists. */
  public Optional<Path> localPath() {
    String scheme = scheme();
    String path;
    if (scheme.isEmpty()) {
      path = text;
    } else if (scheme.equals("file")) {
      path = text.substring("file:".length());
      if (path.startsWith("//")) {
        path = path.substring(Math.max(2, path.indexOf('/', 2)));
      }
    } else {
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(path));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** Returns the scheme in lower case, or an empty string for a plain path. */
  public String scheme() {
    var match = SCHEME.matcher(text);
    return match.matches() ? match.group(1).toLowerCase(Locale.ROOT) : "";
  }

  /** Returns whether this scheme only ever carries live video. */
  public boolean isLiveScheme() {
    return switch (scheme()) {
      case "rtsp", "rtsps", "rtmp", "rtmps", "udp", "rtp", "srt", "v4l2" -> true;
      default -> false;
    };
  }

  /** Returns what libavformat is given, credentials included. Never log it. */
  String forLibav() {
    // A plain path could look like a URL to libav ("a:b.mp4"); the prefix rules that out.
    return localPath().map(path -> "file:" + path).orElse(text);
  }

  /** Returns the text with passwords and secret query parameters replaced by {@code ***}. */
  @Override
  public String toString() {
    String masked = ODD_USER_INFO.matcher(text).replaceAll("***@");
    masked = USER_INFO.matcher(masked).replaceAll("***@");
    return SECRET_PARAMETER.matcher(masked).replaceAll("$1***");
  }
}
