package io.s2stream.helm;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads {@code values.yaml} as text, as its comments are what the table is made of: lines that
 * start with {@code # --} before a key describe it.
 */
final class ValuesTable {
  private final StringBuilder table =
      new StringBuilder("| value | default | meaning |\n|---|---|---|\n");
  private final List<String> path = new ArrayList<>();
  private final StringBuilder comment = new StringBuilder();

  private ValuesTable() {}

  /** A Markdown table of all values that are no sections of described values. */
  static String of(List<String> lines) {
    ValuesTable table = new ValuesTable();
    for (int i = 0; i < lines.size(); i++) {
      table.line(lines.get(i), i + 1 < lines.size() ? lines.get(i + 1) : "");
    }
    return table.table.toString();
  }

  private void line(String line, String next) {
    String text = line.strip();
    if (text.startsWith("# --")) {
      comment.setLength(0);
      comment.append(text.substring(4).strip());
    } else if (text.startsWith("#")) {
      if (!comment.isEmpty()) {
        comment.append(' ').append(text.substring(1).strip());
      }
    } else if (text.isEmpty()) {
      comment.setLength(0);
    } else {
      key(line, text, next);
    }
  }

  private void key(String line, String text, String next) {
    int depth = indent(line) / 2;
    int colon = text.indexOf(':');
    path.subList(Math.min(depth, path.size()), path.size()).clear();
    path.add(text.substring(0, colon));
    String value = text.substring(colon + 1).strip();
    boolean section = value.isEmpty() && indent(next) > indent(line);
    if (!section || !comment.isEmpty()) {
      table
          .append("| `")
          .append(String.join(".", path))
          .append("` | ")
          .append(section ? "" : "`" + value + "`")
          .append(" | ")
          .append(comment.toString().replace("|", "\\|"))
          .append(" |\n");
    }
    comment.setLength(0);
  }

  private static int indent(String line) {
    return line.length() - line.stripLeading().length();
  }
}
