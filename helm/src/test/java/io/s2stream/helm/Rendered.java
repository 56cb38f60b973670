package io.s2stream.helm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;

/**
 * What a rendering made.
 *
 * @param text as Helm printed it
 * @param objects the Kubernetes objects, in that order
 */
record Rendered(String text, List<JsonNode> objects) {
  // A key given twice is a mistake that Kubernetes' server may or may not notice.
  private static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  static Rendered of(String text) {
    List<JsonNode> objects = new ArrayList<>();
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
      while (documents.hasNextValue()) {
        JsonNode document = documents.nextValue();
        if (document != null && document.isObject()) {
          objects.add(document);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Rendered(text, objects);
  }

  /** The one object of this kind with this name. */
  JsonNode object(String kind, String name) {
    List<JsonNode> found =
        objects.stream()
            .filter(o -> o.path("kind").asText().equals(kind))
            .filter(o -> o.at("/metadata/name").asText().equals(name))
            .toList();
    if (found.size() != 1) {
      throw new AssertionError(
          found.size() + " objects " + kind + " " + name + "; there are " + names());
    }
    return found.get(0);
  }

  /** Kind and name of every object. */
  List<String> names() {
    return objects.stream()
        .map(o -> o.path("kind").asText() + " " + o.at("/metadata/name").asText())
        .toList();
  }

  JsonNode ingest() {
    return object("StatefulSet", "demo-s2-stream-ingest");
  }

  JsonNode processor() {
    return object("Deployment", "demo-s2-stream-processor");
  }

  /** The pod templates of ingest, processor and topics job, as far as they were made. */
  List<JsonNode> pods() {
    return objects.stream()
        .map(o -> o.at("/spec/template/spec"))
        .filter(JsonNode::isObject)
        .toList();
  }

  /** A file of a rendered ConfigMap. */
  String configFile(String configMap, String file) {
    return object("ConfigMap", configMap).path("data").path(file).textValue();
  }

  String ingestConfig() {
    return configFile("demo-s2-stream-ingest", "ingest.yaml");
  }

  String processorConfig() {
    return configFile("demo-s2-stream-processor", "process.yaml");
  }
}
