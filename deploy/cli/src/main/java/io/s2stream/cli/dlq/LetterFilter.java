package io.s2stream.cli.dlq;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that choose among dead letters. */
final class LetterFilter {
  @Option(
      names = "--reason",
      paramLabel = "REASON",
      description = "Only this reason, such as unknown-schema; repeatable.")
  private List<String> reasons = new ArrayList<>();

  @Option(names = "--stream", paramLabel = "ID", description = "Only this stream.")
  private @Nullable String stream;

  boolean matches(Letter letter) {
    return (reasons.isEmpty() || reasons.contains(letter.reason()))
        && (stream == null || stream.equals(letter.stream()));
  }
}
