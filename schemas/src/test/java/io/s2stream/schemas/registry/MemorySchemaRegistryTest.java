package io.s2stream.schemas.registry;

import java.util.Map;

import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MemorySchemaRegistryTest {
  private static final Schema STRING = Schema.create(Schema.Type.STRING);
  private static final Schema LONG = Schema.create(Schema.Type.LONG);

  @AfterEach
  void dropScopes() {
    MemorySchemaRegistry.dropScope("one");
    MemorySchemaRegistry.dropScope("two");
  }

  @Test
  void shouldGiveOneIdPerSchemaWhenRegisteredRepeatedly() {
    MemorySchemaRegistry registry = new MemorySchemaRegistry();

    assertThat(registry.register("a", STRING)).isEqualTo(1);
    assertThat(registry.register("a", LONG)).isEqualTo(2);
    assertThat(registry.register("b", STRING)).isEqualTo(1);
    assertThat(registry.schema(2)).isEqualTo(LONG);
    assertThat(registry.lookup("b", STRING)).isEqualTo(1);
  }

  @Test
  void shouldReportNotFoundWhenIdOrSubjectIsUnknown() {
    MemorySchemaRegistry registry = new MemorySchemaRegistry();
    registry.register("a", STRING);

    assertThatThrownBy(() -> registry.lookup("b", STRING))
        .isInstanceOf(SchemaNotFoundException.class)
        .hasMessageContaining("subject b");
    assertThatThrownBy(() -> registry.schema(2)).isInstanceOf(SchemaNotFoundException.class);
    assertThatThrownBy(() -> registry.schema(0)).isInstanceOf(SchemaNotFoundException.class);
  }

  @Test
  void shouldShareOneRegistryPerScopeWhenConfiguredByUrl() {
    SchemaRegistry one = SchemaRegistry.configured(Map.of("schema.registry.url", "mock://one"));
    SchemaRegistry same = SchemaRegistry.configured(Map.of("schema.registry.url", "mock://one"));
    SchemaRegistry two = SchemaRegistry.configured(Map.of("schema.registry.url", "mock://two"));

    int id = one.register("a", STRING);

    assertThat(same.schema(id)).isEqualTo(STRING);
    assertThatThrownBy(() -> two.schema(id)).isInstanceOf(SchemaNotFoundException.class);
  }
}
