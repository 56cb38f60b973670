package io.s2stream.schemas.serde;

import java.util.Map;
import java.util.TreeMap;

import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ContractDataTest {
  private final ContractData data = new ContractData();

  @Test
  void shouldKnowTheGeneratedClassOfEveryNamedTypeWhenItIsPartOfTheContract() {
    Map<String, Schema> named = new TreeMap<>();
    for (String name : ContractSchemas.names()) {
      collect(ContractSchemas.reader(name).orElseThrow(), named);
    }

    assertThat(named).hasSize(7);
    named.forEach(
        (name, schema) ->
            assertThat(String.valueOf(data.getClass(schema))).isEqualTo("class " + name));
  }

  @Test
  void shouldKnowNoClassWhenTheNameIsAnyOther() {
    Schema foreign = Schema.createRecord("Runtime", null, "java.lang", false);

    assertThat(data.getClass(foreign)).isNull();
  }

  private static void collect(Schema schema, Map<String, Schema> named) {
    switch (schema.getType()) {
      case RECORD -> {
        named.put(schema.getFullName(), schema);
        schema.getFields().forEach(field -> collect(field.schema(), named));
      }
      case ENUM, FIXED -> named.put(schema.getFullName(), schema);
      case ARRAY -> collect(schema.getElementType(), named);
      case MAP -> collect(schema.getValueType(), named);
      case UNION -> schema.getTypes().forEach(type -> collect(type, named));
      default -> {} // has no name of its own
    }
  }
}
