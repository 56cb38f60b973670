package io.s2stream.config;

import java.util.Objects;

/**
 * One thing that is wrong in a configuration.
 *
 * @param path the setting's path, such as {@code streams[2].url}; empty for the whole document or
 *     record
 * @param message what is wrong and what was expected, without the path; begins with the line where
 *     it is known
 */
public record Problem(String path, String message) {

  public Problem {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(message, "message");
  }

  @Override
  public String toString() {
    return path.isEmpty() ? message : path + ": " + message;
  }
}
