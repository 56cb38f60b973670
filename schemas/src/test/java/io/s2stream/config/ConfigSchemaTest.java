package io.s2stream.config;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ConfigSchemaTest {

  enum Kind {
    TRUE,
    B_C
  }

  record Item(
      @Setting("Where it is.") String url,
      @Setting(value = "How often.", optional = true) @Nullable Double rate) {}

  record Root(
      @Setting("Kafka.") KafkaSettings kafka,
      @Setting(value = "Kind.", defaultValue = "b-c") Kind kind,
      @Setting("Items.") List<Item> items) {}

  @Test
  void shouldDescribeTypesChoicesAndWhatAListsElementsNeed() {
    Map<String, Object> reference = Map.of("type", "string", "pattern", "\\$\\{(env|file):");
    Map<String, Object> text = Map.of("type", List.of("string", "number", "boolean"));

    assertThat(ConfigSchema.of(Root.class))
        .isEqualTo(
            object(
                Map.of(
                    "kafka", described("Kafka.", Map.of("type", "object")),
                    "kind",
                        described(
                            "Kind.",
                            Map.of(
                                "anyOf",
                                List.of(Map.of("enum", List.of("true", true, "b-c")), reference))),
                    "items",
                        described(
                            "Items.",
                            Map.of(
                                "type",
                                "array",
                                "items",
                                with(
                                    object(
                                        Map.of(
                                            "url",
                                            described("Where it is.", text),
                                            "rate",
                                            described(
                                                "How often.",
                                                Map.of(
                                                    "anyOf",
                                                    List.of(
                                                        Map.of("type", "number"), reference))))),
                                    "required",
                                    List.of("url")))))));
  }

  private static Map<String, Object> object(Map<String, Object> properties) {
    return Map.of("type", "object", "additionalProperties", false, "properties", properties);
  }

  private static Map<String, Object> described(String text, Map<String, Object> schema) {
    return with(schema, "description", text);
  }

  private static Map<String, Object> with(Map<String, Object> schema, String key, Object value) {
    Map<String, Object> all = new java.util.HashMap<>(schema);
    all.put(key, value);
    return all;
  }
}
