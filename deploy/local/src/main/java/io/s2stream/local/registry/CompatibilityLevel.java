package io.s2stream.local.registry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import io.s2stream.local.registry.SubjectStore.Version;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/**
 * Which earlier versions a new schema must read (backward), be read by (forward), or both (full).
 */
enum CompatibilityLevel {
  NONE(false, false, false),
  BACKWARD(true, false, false),
  BACKWARD_TRANSITIVE(true, false, true),
  FORWARD(false, true, false),
  FORWARD_TRANSITIVE(false, true, true),
  FULL(true, true, false),
  FULL_TRANSITIVE(true, true, true);

  private final boolean backward;
  private final boolean forward;
  private final boolean transitive;

  CompatibilityLevel(boolean backward, boolean forward, boolean transitive) {
    this.backward = backward;
    this.forward = forward;
    this.transitive = transitive;
  }

  static CompatibilityLevel parse(String name) throws RefusedException {
    try {
      return valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw RefusedException.invalidLevel(
          "Invalid compatibility level '"
              + name
              + "'; expected one of "
              + Arrays.toString(values()));
    }
  }

  /**
   * Checks a new schema.
   *
   * @param earlier the subject's versions, oldest first
   * @return what breaks, if anything does
   */
  Optional<String> problem(Schema schema, List<Version> earlier) {
    int from = transitive ? 0 : Math.max(0, earlier.size() - 1);
    List<String> problems = new ArrayList<>();
    for (int i = from; i < earlier.size(); i++) {
      String version = "version " + earlier.get(i).version();
      if (backward) {
        problems.addAll(unreadable(schema, earlier.get(i).schema(), "it can't read " + version));
      }
      if (forward) {
        problems.addAll(unreadable(earlier.get(i).schema(), schema, version + " can't read it"));
      }
    }
    return problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems));
  }

  private static List<String> unreadable(Schema reader, Schema writer, String direction) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
        .getResult()
        .getIncompatibilities()
        .stream()
        .map(i -> direction + ": " + i.getType() + " at " + i.getLocation() + ", " + i.getMessage())
        .toList();
  }
}
