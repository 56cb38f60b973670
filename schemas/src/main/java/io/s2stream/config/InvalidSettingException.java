package io.s2stream.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Thrown by the constructor of a configuration record that refuses its values; the parser adds the
 * record's own path and the lines.
 */
public final class InvalidSettingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /**
   * @param problems at least one problem, with paths relative to the record
   */
  public InvalidSettingException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
    this.problems = List.copyOf(problems);
  }

  /** Refuses one setting. */
  public InvalidSettingException(String path, String message) {
    this(List.of(new Problem(path, message)));
  }

  /** What is wrong, with paths relative to the record. */
  public List<Problem> problems() {
    return problems;
  }
}
