package io.s2stream.config;

import java.util.List;

/** A configuration that can't be used; the message lists every problem and says what to do. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /**
   * @param sourceName where the configuration came from, usually the file's path
   * @param problems at least one problem
   */
  public ConfigException(String sourceName, List<Problem> problems) {
    super(text(sourceName, problems));
    this.problems = List.copyOf(problems);
  }

  /** Every problem found, in the order of the document. */
  public List<Problem> problems() {
    return problems;
  }

  private static String text(String sourceName, List<Problem> problems) {
    StringBuilder text = new StringBuilder(sourceName).append(": ");
    text.append(
        problems.size() == 1
            ? "the configuration has a problem:"
            : "the configuration has " + problems.size() + " problems:");
    for (Problem problem : problems) {
      text.append("\n  ").append(problem.toString().replace("\n", "\n    "));
    }
    return text.append(
            "\nCorrect this and start again; docs/configuration.md describes every setting.")
        .toString();
  }
}
