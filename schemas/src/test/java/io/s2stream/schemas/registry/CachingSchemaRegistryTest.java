package io.s2stream.schemas.registry;

import java.util.ArrayList;
import java.util.List;

import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CachingSchemaRegistryTest {
  private static final Schema STRING = Schema.create(Schema.Type.STRING);
  private final List<String> calls = new ArrayList<>();
  private final MemorySchemaRegistry memory = new MemorySchemaRegistry();
  private final SchemaRegistry counted =
      new SchemaRegistry() {
        @Override
        public int register(String subject, Schema schema) {
          calls.add("register " + subject);
          return memory.register(subject, schema);
        }

        @Override
        public int lookup(String subject, Schema schema) {
          calls.add("lookup " + subject);
          return memory.lookup(subject, schema);
        }

        @Override
        public RegisteredSchema latest(String subject) {
          calls.add("latest " + subject);
          return memory.latest(subject);
        }

        @Override
        public Schema schema(int id) {
          calls.add("schema " + id);
          return memory.schema(id);
        }
      };

  @Test
  void shouldAskOnceWhenTheSameIsAskedAgain() {
    SchemaRegistry cache = new CachingSchemaRegistry(counted, 10);
    for (int i = 0; i < 3; i++) {
      assertThat(cache.register("a", STRING)).isEqualTo(1);
      assertThat(cache.lookup("a", STRING)).isEqualTo(1);
      assertThat(cache.schema(1)).isEqualTo(STRING);
      assertThat(cache.latest("a").id()).isEqualTo(1);
    }
    cache.register("b", STRING);

    assertThat(calls)
        .containsExactly("register a", "lookup a", "schema 1", "latest a", "register b");
  }

  @Test
  void shouldAskAgainWhenTheLastAnswerWasAnError() {
    SchemaRegistry cache = new CachingSchemaRegistry(counted, 10);
    assertThatThrownBy(() -> cache.schema(1)).isInstanceOf(SchemaNotFoundException.class);
    memory.register("a", STRING);

    assertThat(cache.schema(1)).isEqualTo(STRING);
  }

  @Test
  void shouldForgetWhatWasUsedLongestAgoWhenFull() {
    SchemaRegistry cache = new CachingSchemaRegistry(counted, 2);
    cache.register("a", STRING);
    cache.register("b", STRING);
    cache.register("a", STRING);
    cache.register("c", STRING); // drops b
    cache.register("a", STRING);
    cache.register("b", STRING);

    assertThat(calls).containsExactly("register a", "register b", "register c", "register b");
  }
}
