package io.s2stream.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces references to environment variables and files in scalar values, as {@link ConfigParser}
 * documents; a doubled dollar sign keeps one from being replaced.
 */
final class Substitution {
  private static final Pattern REFERENCE = Pattern.compile("\\$?\\$\\{([^}]*)(}?)");
  private static final int MAX_FILE_BYTES = 1 << 20;

  private final Map<String, String> env;

  Substitution(Map<String, String> env) {
    this.env = env;
  }

  /**
   * @throws IllegalArgumentException if a reference can't be resolved; says which and why
   */
  String apply(String text) {
    if (!text.contains("${")) {
      return text;
    }
    Matcher matcher = REFERENCE.matcher(text);
    StringBuilder out = new StringBuilder();
    while (matcher.find()) {
      String replacement =
          matcher.group().startsWith("$$")
              ? matcher.group().substring(1)
              : resolve(matcher.group(), matcher.group(1), !matcher.group(2).isEmpty());
      matcher.appendReplacement(out, Matcher.quoteReplacement(replacement));
    }
    return matcher.appendTail(out).toString();
  }

  private String resolve(String whole, String reference, boolean closed) {
    if (closed && reference.startsWith("env:")) {
      return variable(reference.substring("env:".length()));
    }
    if (closed && reference.startsWith("file:")) {
      return content(reference.substring("file:".length()));
    }
    throw new IllegalArgumentException(
        "'"
            + whole
            + "' is not a reference; expected ${env:NAME}, ${env:NAME:-default} or ${file:/path}"
            + " (write $${ for a literal ${)");
  }

  private String variable(String reference) {
    int separator = reference.indexOf(":-");
    String name = separator < 0 ? reference : reference.substring(0, separator);
    String value = env.get(name);
    if (separator >= 0) {
      // As in a shell: the default also stands in for an empty variable.
      return value == null || value.isEmpty() ? reference.substring(separator + 2) : value;
    }
    if (value == null) {
      throw new IllegalArgumentException(
          "the environment variable '"
              + name
              + "' is not set; set it or write ${env:"
              + name
              + ":-default}");
    }
    return value;
  }

  private static String content(String file) {
    try {
      Path path = Path.of(file);
      if (Files.size(path) > MAX_FILE_BYTES) {
        throw new IllegalArgumentException(
            "the file '" + file + "' is larger than 1 MiB: not a setting's value");
      }
      String content = Files.readString(path);
      if (content.endsWith("\r\n")) {
        return content.substring(0, content.length() - 2);
      }
      return content.endsWith("\n") ? content.substring(0, content.length() - 1) : content;
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("the file '" + file + "' does not exist", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("the file '" + file + "' can't be read: " + e, e);
    }
  }
}
