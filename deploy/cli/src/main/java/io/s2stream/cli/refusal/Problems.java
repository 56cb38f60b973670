package io.s2stream.cli.refusal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** Collects what is wrong with a command's options and input. Not thread-safe. */
public final class Problems {
  private static final Pattern UPSTREAM_NAME = Pattern.compile("\\b[a-z]+(?:_[a-z]+)+\\b");

  private final List<String> problems = new ArrayList<>();

  /** Notes one problem; the text names the option or the file. */
  public void add(String problem) {
    problems.add(problem);
  }

  /**
   * Notes problems that call options by upstream's names; here they get the form of the command
   * line, {@code img_sizes} becomes {@code --img-sizes}.
   */
  public void addUpstream(List<String> upstream) {
    for (String problem : upstream) {
      problems.add(
          UPSTREAM_NAME
              .matcher(problem)
              .replaceAll(name -> "--" + name.group().toLowerCase(Locale.ROOT).replace('_', '-')));
    }
  }

  /**
   * A part of the input that was noted as a problem if it is null.
   *
   * @throws RefusedException names all problems, if there are any
   */
  public <T> T sound(@Nullable T value) throws RefusedException {
    throwIfAny();
    return Objects.requireNonNull(value, "null without a problem");
  }

  /** How many there are so far. */
  public int count() {
    return problems.size();
  }

  /**
   * Ends the command if anything was noted.
   *
   * @throws RefusedException names all of it
   */
  public void throwIfAny() throws RefusedException {
    if (!problems.isEmpty()) {
      throw new RefusedException(problems);
    }
  }
}
