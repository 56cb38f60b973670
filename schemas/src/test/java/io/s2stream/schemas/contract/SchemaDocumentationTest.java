package io.s2stream.schemas.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SchemaDocumentationTest {

  @Test
  void shouldDocumentEveryTypeAndFieldWhenItIsPartOfTheContract() {
    Map<String, Schema> schemas = Avsc.in(Avsc.CURRENT);
    assertThat(schemas)
        .containsOnlyKeys(
            "io.s2stream.schemas.FrameBatch",
            "io.s2stream.schemas.FeatureRecord",
            "io.s2stream.schemas.StreamPlace");

    List<String> undocumented = new ArrayList<>();
    schemas.values().forEach(schema -> collect(schema, undocumented));

    assertThat(undocumented).isEmpty();
  }

  @Test
  void shouldFindWhatIsUndocumentedWhenItIsNested() {
    Schema schema =
        new Schema.Parser()
            .parse(
                """
                {"type":"record","name":"R","doc":" ","fields":[
                  {"name":"a","doc":"ok","type":["null",{"type":"array","items":
                    {"type":"enum","name":"E","symbols":["X"]}}]},
                  {"name":"b","type":"int"}]}
                """);
    List<String> undocumented = new ArrayList<>();
    collect(schema, undocumented);

    assertThat(undocumented).containsExactly("R", "E", "R.b");
  }

  private static void collect(Schema schema, List<String> undocumented) {
    switch (schema.getType()) {
      case RECORD -> {
        note(schema.getDoc(), schema.getFullName(), undocumented);
        for (Schema.Field field : schema.getFields()) {
          collect(field.schema(), undocumented);
          note(field.doc(), schema.getFullName() + "." + field.name(), undocumented);
        }
      }
      case ENUM, FIXED -> note(schema.getDoc(), schema.getFullName(), undocumented);
      case ARRAY -> collect(schema.getElementType(), undocumented);
      case MAP -> collect(schema.getValueType(), undocumented);
      case UNION -> schema.getTypes().forEach(type -> collect(type, undocumented));
      default -> {} // primitive types have no doc of their own
    }
  }

  private static void note(String doc, String where, List<String> undocumented) {
    if (doc == null || doc.isBlank()) {
      undocumented.add(where);
    }
  }
}
