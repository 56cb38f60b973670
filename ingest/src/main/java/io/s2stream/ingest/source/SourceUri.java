package io.s2stream.ingest.source;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.s2stream.config.SecretMasking;
import org.jspecify.annotations.Nullable;

/**
 * Where a stream comes from: a local path or anything libavformat opens. Its text form never shows
 * credentials. Immutable.
 */
public final class SourceUri {

  private static final Pattern SCHEME =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):.*", Pattern.DOTALL);

  /** Scheme of video capture devices, {@code /dev/video0} and the like. */
  static final String V4L2 = "v4l2";

  private final String text;
  private final @Nullable Path path;

  /**
   * @param text a path or a URL; what looks like {@code scheme:rest} but is the name of a file that
   *     exists now is a path
   * @throws IllegalArgumentException if it is blank
   */
  public SourceUri(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("empty source: expected a file or a URL");
    }
    this.text = text;
    this.path = pathOf(text);
  }

  private static @Nullable Path pathOf(String text) {
    String scheme = schemeOf(text);
    if (isDevice(text)) {
      return null;
    }
    try {
      if (scheme.equals("file")) {
        String rest = text.substring("file:".length());
        return Path.of(
            rest.startsWith("//") ? rest.substring(Math.max(2, rest.indexOf('/', 2))) : rest);
      }
      Path path = Path.of(text);
      boolean local = scheme.isEmpty() || (!text.contains("://") && Files.exists(path));
      return local ? path : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private static boolean isDevice(String text) {
    return text.matches("/dev/video\\d+|/dev/v4l/.+");
  }

  private static String schemeOf(String text) {
    Matcher match = SCHEME.matcher(text);
    return match.matches() ? match.group(1).toLowerCase(Locale.ROOT) : "";
  }

  /** Returns the path if this is a local file, whether or not it exists. */
  public Optional<Path> localPath() {
    return Optional.ofNullable(path);
  }

  /** Returns the scheme in lower case, or an empty string for a plain path; a camera's is v4l2. */
  public String scheme() {
    if (isDevice(text)) {
      return V4L2;
    }
    return path == null ? schemeOf(text) : "";
  }

  /** Returns whether this scheme only ever carries live video. */
  public boolean isLiveScheme() {
    return switch (scheme()) {
      case "rtsp", "rtsps", "rtmp", "rtmps", "udp", "rtp", "srt", V4L2 -> true;
      default -> false;
    };
  }

  /** Returns what libavformat is given, credentials included. Never log it. */
  String forLibav() {
    // A plain path could look like a URL to libav ("a:b.mp4"); the prefix rules that out.
    return path == null ? text : "file:" + path;
  }

  /** Returns the text with user info and secret parameters replaced by {@code ***}. */
  @Override
  public String toString() {
    return SecretMasking.maskUrl(text);
  }
}
