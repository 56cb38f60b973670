package io.s2stream.local.registry;

import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.s2stream.local.registry.SubjectStore.Version;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** Which request does what: Confluent's paths, bodies and answers, without the HTTP around them. */
final class RegistryRoutes {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final SubjectStore store;

  RegistryRoutes(SubjectStore store) {
    this.store = store;
  }

  /**
   * Answers a request.
   *
   * @param path decoded segments, for example {@code [subjects, s2.frames-value, versions]}
   * @param body the request's JSON; a missing node if it has none
   */
  JsonNode answer(String method, List<String> path, JsonNode body) throws RefusedException {
    return switch (path.isEmpty() ? "" : path.get(0)) {
      case "" -> JSON.objectNode();
      case "subjects" -> subjects(method, path.subList(1, path.size()), body);
      case "schemas" -> schemas(method, path.subList(1, path.size()));
      case "compatibility" -> compatibility(method, path.subList(1, path.size()), body);
      case "config" -> config(method, path.subList(1, path.size()), body);
      default -> throw RefusedException.noSuchPath();
    };
  }

  private JsonNode subjects(String method, List<String> path, JsonNode body)
      throws RefusedException {
    if (path.isEmpty()) {
      requireGet(method);
      return strings(store.subjects());
    }
    String subject = path.get(0);
    if (path.size() == 1) {
      requirePost(method);
      return describe(store.lookup(subject, schema(body)));
    }
    if (!path.get(1).equals("versions") || path.size() > 3) {
      throw RefusedException.noSuchPath();
    }
    if (path.size() == 3) {
      requireGet(method);
      return describe(version(subject, path.get(2)));
    }
    if (method.equals("GET")) {
      ArrayNode versions = JSON.arrayNode();
      store.versions(subject).forEach(version -> versions.add(version.version()));
      return versions;
    }
    requirePost(method);
    return JSON.objectNode().put("id", store.register(subject, schema(body)));
  }

  private JsonNode schemas(String method, List<String> path) throws RefusedException {
    requireGet(method);
    if (path.equals(List.of("types"))) {
      return strings(List.of("AVRO"));
    }
    if (path.size() < 2 || path.size() > 3 || !path.get(0).equals("ids")) {
      throw RefusedException.noSuchPath();
    }
    int id = number(path.get(1), RefusedException.schemaNotFound("Schema " + path.get(1)));
    return switch (path.size() == 2 ? "" : path.get(2)) {
      case "" -> JSON.objectNode().put("schema", store.schema(id).toString());
      case "subjects" ->
          strings(store.versionsOf(id).stream().map(Version::subject).distinct().toList());
      case "versions" -> {
        ArrayNode versions = JSON.arrayNode();
        for (Version version : store.versionsOf(id)) {
          versions.addObject().put("subject", version.subject()).put("version", version.version());
        }
        yield versions;
      }
      default -> throw RefusedException.noSuchPath();
    };
  }

  /** Asks without registering: against one version, or against those the level names. */
  private JsonNode compatibility(String method, List<String> path, JsonNode body)
      throws RefusedException {
    requirePost(method);
    if (path.size() < 3
        || path.size() > 4
        || !path.get(0).equals("subjects")
        || !path.get(2).equals("versions")) {
      throw RefusedException.noSuchPath();
    }
    String subject = path.get(1);
    List<Version> earlier =
        path.size() == 4 ? List.of(version(subject, path.get(3))) : store.versions(subject);
    Optional<String> problem = store.problem(subject, schema(body), earlier);
    ObjectNode answer = JSON.objectNode().put("is_compatible", problem.isEmpty());
    problem.ifPresent(text -> answer.putArray("messages").add(text));
    return answer;
  }

  private JsonNode config(String method, List<String> path, JsonNode body) throws RefusedException {
    if (path.size() > 1) {
      throw RefusedException.noSuchPath();
    }
    if (method.equals("PUT")) {
      CompatibilityLevel level = CompatibilityLevel.parse(body.path("compatibility").asText());
      if (path.isEmpty()) {
        store.setLevel(level);
      } else {
        store.setLevel(path.get(0), level);
      }
      return JSON.objectNode().put("compatibility", level.name());
    }
    requireGet(method);
    CompatibilityLevel level = path.isEmpty() ? store.level() : subjectLevel(path.get(0));
    return JSON.objectNode().put("compatibilityLevel", level.name());
  }

  private CompatibilityLevel subjectLevel(String subject) throws RefusedException {
    return store.level(subject).orElseThrow(() -> RefusedException.subjectLevelNotFound(subject));
  }

  private Version version(String subject, String version) throws RefusedException {
    List<Version> versions = store.versions(subject);
    if (version.equals("latest") || version.equals("-1")) {
      return versions.get(versions.size() - 1);
    }
    int number = number(version, RefusedException.invalidVersion(version));
    if (number < 1) {
      throw RefusedException.invalidVersion(version);
    }
    if (number > versions.size()) {
      throw RefusedException.versionNotFound(version);
    }
    return versions.get(number - 1);
  }

  private static int number(String text, RefusedException otherwise) throws RefusedException {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw otherwise;
    }
  }

  private static Schema schema(JsonNode body) throws RefusedException {
    String type = body.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw RefusedException.invalidSchema("schema type " + type + " is not supported, only AVRO");
    }
    if (!body.path("schema").isTextual()) {
      throw RefusedException.invalidSchema("the request has no text in \"schema\"");
    }
    try {
      return new Schema.Parser().parse(body.path("schema").asText());
    } catch (AvroRuntimeException e) {
      throw RefusedException.invalidSchema(String.valueOf(e.getMessage()));
    }
  }

  private static ObjectNode describe(Version version) {
    return JSON.objectNode()
        .put("subject", version.subject())
        .put("version", version.version())
        .put("id", version.id())
        .put("schema", version.schema().toString());
  }

  private static ArrayNode strings(List<String> values) {
    ArrayNode array = JSON.arrayNode();
    values.forEach(array::add);
    return array;
  }

  private static void requireGet(String method) throws RefusedException {
    if (!method.equals("GET")) {
      throw RefusedException.noSuchMethod();
    }
  }

  private static void requirePost(String method) throws RefusedException {
    if (!method.equals("POST")) {
      throw RefusedException.noSuchMethod();
    }
  }
}
