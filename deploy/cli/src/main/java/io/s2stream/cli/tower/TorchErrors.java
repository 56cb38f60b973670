package io.s2stream.cli.tower;

/** Finds the sentence in an error of libtorch that says what happened. */
public final class TorchErrors {
  private TorchErrors() {}

  /**
   * Of an error of a model, the last line that isn't blank: before it stands the model's own stack
   * trace.
   */
  public static String cause(Throwable e) {
    String message = String.valueOf(e.getMessage());
    return message
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .reduce((first, last) -> last)
        .orElse(message);
  }
}
