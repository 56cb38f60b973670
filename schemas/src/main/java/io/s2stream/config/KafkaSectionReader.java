package io.s2stream.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Reads the free-form {@code kafka:} section into nested maps of text; Kafka's own parsers turn the
 * text into numbers and the like.
 */
final class KafkaSectionReader {
  // A YAML alias can make a section contain itself.
  private static final int MAX_DEPTH = 20;

  private final Substitution substitution;
  private final Findings findings;

  KafkaSectionReader(Substitution substitution, Findings findings) {
    this.substitution = substitution;
    this.findings = findings;
  }

  /** The section, or null if a problem was noted. */
  @Nullable Map<String, Object> read(YamlMapping mapping, String path) {
    return section(mapping, path, 0);
  }

  private @Nullable Map<String, Object> section(YamlMapping mapping, String path, int depth) {
    Map<String, Object> values = new LinkedHashMap<>();
    mapping
        .entries()
        .forEach(
            (key, entry) -> {
              Object value = value(entry.value(), YamlMapping.join(path, key), depth);
              if (value != null) {
                values.put(key, value);
              }
            });
    return values.size() == mapping.entries().size() ? values : null;
  }

  private @Nullable Object value(Node node, String path, int depth) {
    if (depth > MAX_DEPTH) {
      findings.add(node, path, "nested too deep");
      return null;
    }
    if (node instanceof MappingNode nested) {
      return section(YamlMapping.of(nested, path, findings), path, depth + 1);
    }
    if (node instanceof SequenceNode sequence) {
      List<Object> items = new ArrayList<>();
      for (Node item : sequence.getValue()) {
        Object value = item instanceof ScalarNode ? value(item, path, depth + 1) : null;
        if (value == null) {
          findings.add(item, path, "a list of a Kafka property holds plain values only");
          return null;
        }
        items.add(value);
      }
      return items;
    }
    if (YamlMapping.isNull(node)) {
      findings.add(node, path, "has no value; write one or remove the key");
      return null;
    }
    try {
      return substitution.apply(((ScalarNode) node).getValue());
    } catch (IllegalArgumentException e) {
      findings.add(node, path, String.valueOf(e.getMessage()));
      return null;
    }
  }
}
