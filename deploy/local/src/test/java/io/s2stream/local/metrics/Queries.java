package io.s2stream.local.metrics;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.yaml.snakeyaml.Yaml;

/** The queries of the dashboard and of the alerts, as they stand in the chart. */
final class Queries {
  static final Path RULES = Path.of("../../helm/s2-stream/rules");
  private static final Path DASHBOARD = Path.of("../../helm/s2-stream/dashboards/s2-stream.json");
  private static final Pattern METRIC =
      Pattern.compile("\\b((?:s2|jvm|process|system)_[a-z0-9_]+)\\b");

  private Queries() {}

  /** With the dashboard's variables filled in. */
  static List<String> all() throws IOException {
    List<String> queries = new ArrayList<>();
    for (JsonNode panel : new ObjectMapper().readTree(DASHBOARD.toFile()).path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        queries.add(target.path("expr").asText().replace("$namespace", ".*"));
      }
    }
    String rules = java.nio.file.Files.readString(RULES.resolve("alerts.yaml"));
    Map<?, ?> document = new Yaml().load(rules);
    for (Object group : (List<?>) Objects.requireNonNull(document.get("groups"))) {
      for (Object rule : (List<?>) Objects.requireNonNull(((Map<?, ?>) group).get("rules"))) {
        queries.add(Objects.requireNonNull(((Map<?, ?>) rule).get("expr")).toString());
      }
    }
    return queries;
  }

  /** Our metrics that a query names. */
  static Set<String> metrics(String query) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = METRIC.matcher(query);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }
}
