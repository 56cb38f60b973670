package io.s2stream.schemas.registry;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(20)
class CautiousSchemaRegistryTest {
  private static final Schema SCHEMA = Schema.create(Schema.Type.STRING);

  private final Forgetful registry = new Forgetful();
  private final CautiousSchemaRegistry cautious =
      new CautiousSchemaRegistry(registry, Duration.ofMillis(1));

  @Test
  void shouldAskAgainWhenTheRegistryLagsBehind() {
    registry.schemas.put(5, SCHEMA);
    registry.silentFor = 2;

    assertThat(cautious.schema(5)).isEqualTo(SCHEMA);
  }

  @Test
  void shouldSayThatTheIdIsUnknownWhenTheRegistryKnowsOthers() {
    registry.schemas.put(5, SCHEMA);
    cautious.schema(5);

    assertThatThrownBy(() -> cautious.schema(6)).isInstanceOf(SchemaNotFoundException.class);
  }

  @Test
  void shouldBlameTheRegistryWhenItHasForgottenWhatItKnew() {
    // given
    registry.schemas.put(5, SCHEMA);
    cautious.schema(5);

    // when
    registry.schemas.clear();

    // then
    assertThatThrownBy(() -> cautious.schema(6))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("neither schema 6 nor schema 5");
    registry.schemas.put(6, SCHEMA);
    assertThat(cautious.schema(6)).isEqualTo(SCHEMA);
  }

  @Test
  void shouldAskOnceForEachIdInAStormOfUnknownOnes() {
    // given
    assertThatThrownBy(() -> cautious.schema(1)).isInstanceOf(SchemaNotFoundException.class);
    int before = registry.questions;

    // when
    for (int round = 0; round < 10; round++) {
      for (int id = 2; id < 502; id++) {
        int unknown = id;
        assertThatThrownBy(() -> cautious.schema(unknown))
            .isInstanceOf(SchemaNotFoundException.class);
      }
    }

    // then
    assertThat(registry.questions - before).isEqualTo(500);
  }

  /** Says that it knows nothing for its next few answers. */
  private static final class Forgetful implements SchemaRegistry {
    private final Map<Integer, Schema> schemas = new HashMap<>();
    private int silentFor;
    private int questions;

    @Override
    public int register(String subject, Schema schema) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int lookup(String subject, Schema schema) {
      throw new UnsupportedOperationException();
    }

    @Override
    public RegisteredSchema latest(String subject) {
      throw new AssertionError("not called");
    }

    @Override
    public Schema schema(int id) {
      questions++;
      Schema schema = schemas.get(id);
      if (schema == null || silentFor-- > 0) {
        throw new SchemaNotFoundException("unknown");
      }
      return schema;
    }
  }
}
