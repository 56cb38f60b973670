package io.s2stream.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import org.yaml.snakeyaml.nodes.Node;

/** Collects the problems of one document while it is read. */
final class Findings {
  private final List<Finding> found = new ArrayList<>();

  private record Finding(int line, Problem problem) {}

  /** Notes a problem at the node's line. */
  void add(Node node, String path, String message) {
    int line = node.getStartMark() == null ? 0 : node.getStartMark().getLine() + 1;
    found.add(
        new Finding(
            line, new Problem(path, line == 0 ? message : "line " + line + ": " + message)));
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  /** All problems in the order of the document's lines. */
  List<Problem> problems() {
    return found.stream()
        .sorted(Comparator.comparingInt(Finding::line))
        .map(Finding::problem)
        .toList();
  }
}
