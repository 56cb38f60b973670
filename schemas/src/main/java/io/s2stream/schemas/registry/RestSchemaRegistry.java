package io.s2stream.schemas.registry;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * A registry reached over HTTP by Confluent's REST calls (Confluent, Redpanda, Karapace, Apicurio's
 * {@code /apis/ccompat}, …). Asks anew each time: put it behind a {@link CachingSchemaRegistry}.
 *
 * <p>A call tries every URL in turn, waits, and starts again, as often as {@code max.retries} says,
 * when there is no connection or the answer is 408, 429 or 5xx.
 */
public final class RestSchemaRegistry implements SchemaRegistry {
  private final RegistryHttp http;

  /**
   * @param configs a Kafka client's configuration, see {@link SchemaRegistry#configured}
   */
  public RestSchemaRegistry(Map<String, ?> configs) {
    this(RegistrySettings.from(configs));
  }

  RestSchemaRegistry(RegistrySettings settings) {
    this.http = new RegistryHttp(settings);
  }

  @Override
  public int register(String subject, Schema schema) {
    String purpose = "register schema " + schema.getFullName() + " under subject " + subject;
    return id(http.call(subjectPath(subject) + "/versions", body(schema), purpose), purpose);
  }

  @Override
  public int lookup(String subject, Schema schema) {
    String purpose = "find schema " + schema.getFullName() + " under subject " + subject;
    return id(http.call(subjectPath(subject), body(schema), purpose), purpose);
  }

  @Override
  public Schema schema(int id) {
    String purpose = "get schema " + id;
    JsonNode answer = http.call("/schemas/ids/" + id, null, purpose);
    String type = answer.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw new UnusableSchemaException("Schema " + id + " is a " + type + " schema, not Avro");
    }
    try {
      // Others' defaults are not ours to judge: reading needs only the writer's types.
      return new Schema.Parser().setValidateDefaults(false).parse(answer.path("schema").asText());
    } catch (AvroRuntimeException e) {
      throw new UnusableSchemaException("Schema " + id + " is no Avro schema: " + e.getMessage());
    }
  }

  private static String subjectPath(String subject) {
    return "/subjects/" + URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static JsonNode body(Schema schema) {
    return JsonNodeFactory.instance.objectNode().put("schema", schema.toString());
  }

  private static int id(JsonNode answer, String purpose) {
    JsonNode id = answer.path("id");
    if (!id.isInt()) {
      throw new RegistryRefusedException("Could not " + purpose + ": the answer has no id", 200);
    }
    return id.intValue();
  }
}
