package io.s2stream.processor.s2;

import java.util.List;

/** Options that don't fit each other, the image or the tower; the message names every problem. */
public final class InvalidOptionsException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  public InvalidOptionsException(List<String> problems) {
    super(String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  /** Each problem as one sentence, at least one. */
  public List<String> problems() {
    return problems;
  }
}
