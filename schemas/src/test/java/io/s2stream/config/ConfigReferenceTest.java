package io.s2stream.config;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ConfigReferenceTest {

  enum Kind {
    A,
    B_C
  }

  record Item(@Setting("Where it is.") String url) {}

  record Section(
      @Setting(value = "Kind a|b.", defaultValue = "b-c") Kind kind,
      @Setting(value = "Key.", optional = true, secret = true) @Nullable String key) {}

  record Root(
      @Setting("Kafka.") KafkaSettings kafka,
      @Setting("A section.") Section section,
      @Setting("Items.") List<Item> items) {}

  @Test
  void shouldRenderOneRowForEverySetting() {
    assertThat(ConfigReference.render(Root.class))
        .isEqualTo(
            """
            | setting | type | default | meaning |
            |---|---|---|---|
            | `kafka` | Kafka client properties | **required** | Kafka. |
            | `section.kind` | `a`, `b-c` | `b-c` | Kind a\\|b. |
            | `section.key` | text | not set | Key. Masked when printed. |
            | `items` | list of section | **required** | Items. |
            | `items[].url` | text | **required** | Where it is. |
            """);
  }
}
