package io.s2stream.helm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.databind.JsonNode;
import io.s2stream.config.ConfigSchema;
import io.s2stream.ingest.IngestConfig;
import io.s2stream.processor.ProcessorConfig;
import io.s2stream.viewer.ViewerConfig;

/**
 * Makes {@code values.schema.json}: types and names from the values themselves, the services'
 * configuration from its records, and the choices and bounds that stand here.
 */
final class ValuesSchema {
  private static final Map<String, List<String>> CHOICES =
      Map.of(
          "log.format", List.of("json", "text"),
          "topics.mode", List.of("job", "strimzi", "services", "none"),
          "processor.model.source", List.of("pvc", "image", "download", "hub"),
          "ingest.existingConfig.kind", List.of("configMap", "secret"),
          "processor.existingConfig.kind", List.of("configMap", "secret"),
          "viewer.existingConfig.kind", List.of("configMap", "secret"),
          "ingest.image.pullPolicy", List.of("Always", "IfNotPresent", "Never"),
          "processor.image.pullPolicy", List.of("Always", "IfNotPresent", "Never"),
          "viewer.image.pullPolicy", List.of("Always", "IfNotPresent", "Never"));

  private static final Map<String, Integer> MINIMUMS =
      Map.of(
          "ingest.replicas", 0,
          "processor.replicas", 0,
          "processor.gpu.count", 1,
          // Longer than the 60 s after which the s2 command gives up cleaning up.
          "ingest.terminationGracePeriodSeconds", 61,
          "processor.terminationGracePeriodSeconds", 61,
          "processor.autoscaling.minReplicas", 0,
          "processor.autoscaling.maxReplicas", 1,
          "processor.autoscaling.lagThreshold", 1,
          "probes.startupSeconds", 60,
          "topics.replicationFactor", -1);

  /** Free-form in Kubernetes or Kafka; checked there. */
  private static final List<String> FREE = List.of("resources", "config", "properties");

  private ValuesSchema() {}

  static Map<String, Object> of(JsonNode values) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("$schema", "http://json-schema.org/draft-07/schema#");
    Map<String, Object> root = section(values, "");
    properties(root).put("global", Map.of("type", "object"));
    schema.putAll(root);
    putConfig(root, "ingest", IngestConfig.class, List.of("topics", "http", "shard"));
    putConfig(root, "processor", ProcessorConfig.class, List.of("topics", "http"));
    putConfig(root, "viewer", ViewerConfig.class, List.of("http"));
    return schema;
  }

  /**
   * @param ofTheChart sections that the chart writes itself, from other values
   */
  private static void putConfig(
      Map<String, Object> root,
      String service,
      Class<? extends Record> type,
      List<String> ofTheChart) {
    Map<String, Object> config = ConfigSchema.of(type);
    properties(config).keySet().removeAll(ofTheChart);
    properties(section(properties(root), service)).put("config", config);
  }

  private static Map<String, Object> section(JsonNode values, String path) {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : values.properties()) {
      String key = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
      properties.put(entry.getKey(), value(entry.getValue(), key, entry.getKey()));
    }
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("additionalProperties", false);
    schema.put("properties", properties);
    return schema;
  }

  private static Map<String, Object> value(JsonNode value, String path, String key) {
    if (value.isObject()) {
      return value.isEmpty() || FREE.contains(key)
          ? Map.of("type", "object")
          : section(value, path);
    }
    Map<String, Object> schema = new LinkedHashMap<>();
    if (value.isArray()) {
      schema.put("type", "array");
    } else if (value.isBoolean()) {
      schema.put("type", "boolean");
    } else if (value.isIntegralNumber()) {
      schema.put("type", "integer");
    } else {
      schema.put("type", "string");
    }
    if (CHOICES.containsKey(path)) {
      schema.put("enum", new ArrayList<>(CHOICES.get(path)));
    }
    if (MINIMUMS.containsKey(path)) {
      schema.put("minimum", MINIMUMS.get(path));
    }
    return schema;
  }

  private static Map<String, Object> properties(Map<String, Object> schema) {
    return section(schema, "properties");
  }

  @SuppressWarnings("unchecked") // Made above, or by ConfigSchema, which promises nested maps.
  private static Map<String, Object> section(Map<String, Object> schema, String key) {
    return (Map<String, Object>) Objects.requireNonNull(schema.get(key));
  }
}
