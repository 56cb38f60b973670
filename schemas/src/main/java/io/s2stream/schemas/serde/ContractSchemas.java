package io.s2stream.schemas.serde;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.StreamPlace;
import org.apache.avro.Schema;

/** The records that may stand in a message: the only classes that are ever made from a name. */
final class ContractSchemas {
  private static final Map<String, Schema> READERS =
      Stream.of(
              FrameBatch.getClassSchema(),
              FeatureRecord.getClassSchema(),
              StreamPlace.getClassSchema())
          .collect(Collectors.toUnmodifiableMap(Schema::getFullName, Function.identity()));

  private ContractSchemas() {}

  /** The schema this version reads records of that full name with. */
  static Optional<Schema> reader(String fullName) {
    return Optional.ofNullable(READERS.get(fullName));
  }

  static Set<String> names() {
    return READERS.keySet();
  }

  /**
   * The schema as the {@code .avsc} file has it. Generated classes add {@code avro.java.string},
   * which would make the same contract another schema for clients in other languages.
   */
  static Schema withoutJavaProperties(Schema schema) {
    try {
      ObjectMapper json = new ObjectMapper();
      JsonNode tree = json.readTree(schema.toString());
      removeJavaString(tree);
      return new Schema.Parser().parse(json.writeValueAsString(tree));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Schema " + schema.getFullName() + " is no JSON", e);
    }
  }

  private static void removeJavaString(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove("avro.java.string");
    }
    node.forEach(ContractSchemas::removeJavaString);
  }
}
