package io.s2stream.cli.refusal;

import java.util.List;

/** Options or input that can't be used; the message names every problem, on one line. */
public final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param problems at least one, each naming its option or file
   */
  public RefusedException(List<String> problems) {
    super(String.join("; ", problems));
  }

  public RefusedException(String problem) {
    this(List.of(problem));
  }
}
