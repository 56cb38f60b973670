package io.s2stream.config;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/** One YAML mapping with text keys, each there once. */
record YamlMapping(Node node, Map<String, Entry> entries) {

  /** A key, with its node for the line, and its value. */
  record Entry(Node key, Node value) {}

  /** Reads the keys, noting those that are not text and those given twice. */
  static YamlMapping of(MappingNode node, String path, Findings findings) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : node.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        findings.add(tuple.getKeyNode(), path, "a key must be plain text");
        continue;
      }
      Entry first = entries.putIfAbsent(key.getValue(), new Entry(key, tuple.getValueNode()));
      if (first != null) {
        findings.add(
            key,
            join(path, key.getValue()),
            "given twice, first in line "
                + (first.key().getStartMark().getLine() + 1)
                + "; remove one of them");
      }
    }
    return new YamlMapping(node, entries);
  }

  @Nullable Node value(String key) {
    Entry entry = entries.get(key);
    return entry == null ? null : entry.value();
  }

  static String join(String path, String key) {
    return path.isEmpty() || key.isEmpty() ? path + key : path + "." + key;
  }

  /** True for a key with nothing after it, {@code ~} or an unquoted {@code null}. */
  static boolean isNull(Node node) {
    return node instanceof ScalarNode scalar
        && scalar.getScalarStyle() == ScalarStyle.PLAIN
        && Tag.NULL.equals(scalar.getTag());
  }
}
