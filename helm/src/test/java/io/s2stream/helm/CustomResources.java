package io.s2stream.helm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The fields that the chart may use of resources for which there are no Java models: KEDA 2
 * (ScaledObject specification, Apache Kafka scaler) and Strimzi (KafkaTopic), from their reference
 * pages.
 */
final class CustomResources {
  private static final Set<String> METADATA = Set.of("name", "namespace", "labels", "annotations");

  /** Kind, then path of each section to the keys it may have. "*" stands for any item. */
  private static final Map<String, Map<String, Set<String>>> FIELDS =
      Map.of(
          "keda.sh/v1alpha1/ScaledObject",
          Map.of(
              "/spec",
              Set.of(
                  "scaleTargetRef",
                  "pollingInterval",
                  "minReplicaCount",
                  "maxReplicaCount",
                  "advanced",
                  "triggers"),
              "/spec/scaleTargetRef",
              Set.of("name"),
              "/spec/advanced",
              Set.of("horizontalPodAutoscalerConfig"),
              "/spec/advanced/horizontalPodAutoscalerConfig",
              Set.of("behavior", "name"),
              "/spec/triggers/0",
              Set.of("type", "metadata", "authenticationRef"),
              "/spec/triggers/0/metadata",
              Set.of(
                  "bootstrapServers",
                  "consumerGroup",
                  "topic",
                  "lagThreshold",
                  "offsetResetPolicy",
                  "limitToPartitionsWithLag",
                  "sasl",
                  "tls"),
              "/spec/triggers/0/authenticationRef",
              Set.of("name")),
          "keda.sh/v1alpha1/TriggerAuthentication",
          Map.of("/spec", Set.of("secretTargetRef")),
          "kafka.strimzi.io/v1beta2/KafkaTopic",
          Map.of("/spec", Set.of("topicName", "partitions", "replicas", "config")));

  private CustomResources() {}

  static List<String> problems(String kind, String name, JsonNode object) {
    Map<String, Set<String>> known = FIELDS.get(kind);
    if (known == null) {
      return List.of(name + ": a kind that this test does not know");
    }
    List<String> problems = new ArrayList<>();
    check(
        name, "", object.properties(), Set.of("apiVersion", "kind", "metadata", "spec"), problems);
    check(name, "/metadata", object.path("metadata").properties(), METADATA, problems);
    known.forEach((path, keys) -> check(name, path, object.at(path).properties(), keys, problems));
    // KEDA reads every value of a trigger's metadata as text.
    for (var entry : object.at("/spec/triggers/0/metadata").properties()) {
      if (!entry.getValue().isTextual()) {
        problems.add(name + ": trigger metadata " + entry.getKey() + " is not text");
      }
    }
    return problems;
  }

  private static void check(
      String name,
      String path,
      Set<Map.Entry<String, JsonNode>> fields,
      Set<String> known,
      List<String> problems) {
    for (var field : fields) {
      if (!known.contains(field.getKey())) {
        problems.add(name + path + "/" + field.getKey() + ": unknown field");
      }
    }
  }
}
