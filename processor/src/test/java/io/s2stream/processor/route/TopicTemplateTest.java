package io.s2stream.processor.route;

import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TopicTemplateTest {
  private static final Pattern BEFORE_THE_DOT = Pattern.compile("([^.]+).*");

  @ParameterizedTest
  @CsvSource({
    "s2.features, door, s2.features",
    "s2.features.{stream}, door, s2.features.door",
    "s2.{group}.{tower}.features, site.cam_1, s2.site.vit-b.features",
    "s2.features.{group}, alone, s2.features.alone",
    "s2.features.{group}, .hidden, s2.features.other",
    "s2.features.{stream}, $1, s2.features.-1-91fa391d"
  })
  void shouldFillInStreamGroupAndTower(String template, String stream, String topic) {
    assertThat(template(template).topic(stream)).isEqualTo(topic);
  }

  @Test
  void shouldNeverLetTwoStreamsShareATopicForTheirCharacters() {
    TopicTemplate template = template("s2.features.{stream}");

    assertThat(template.topic("a/b")).startsWith("s2.features.a-b-");
    assertThat(template.topic("a/b")).isNotEqualTo(template.topic("a:b"));
    assertThat(template.topic("a/b")).isNotEqualTo(template.topic("a-b"));
    assertThat(template.topic("ü")).isEqualTo(template.topic("ü"));
  }

  @Test
  void shouldKeepToKafkasLongestName() {
    TopicTemplate template = template("s2.features.{stream}.v1");
    String longest = "x".repeat(249 - "s2.features..v1".length());

    assertThat(template.topic(longest)).hasSize(249).endsWith(".v1");
    assertThat(template.topic(longest + "y")).hasSize(249).doesNotEndWith(".v1");
    assertThat(template.topic(longest + "y")).isNotEqualTo(template.topic(longest + "z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"door", "a/b", "$1", "a b.c"})
  void shouldKnowItsOwnNamesAgain(String stream) {
    for (String text : new String[] {"s2.f.{stream}", "s2.f.{group}.v1", "s2.{tower}.{stream}-x"}) {
      TopicTemplate template = template(text);
      assertThat(template.names().matcher(template.topic(stream)).matches()).isTrue();
      assertThat(template.names().matcher(template.topic(stream + "z".repeat(300))).matches())
          .isTrue();
      assertThat(template.names().matcher("s2.frames").matches()).isFalse();
    }
  }

  @Test
  void shouldBeFixedWithoutStreamAndGroup() {
    assertThat(template("s2.features").topic()).isEqualTo("s2.features");
    assertThat(template("s2.features.{tower}").topic()).isEqualTo("s2.features.vit-b");
    assertThat(template("s2.features.{group}").isFixed()).isFalse();
    assertThatThrownBy(() -> template("s2.features.{group}").topic())
        .isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "s2.{camera}, {camera} is not known",
    "s2.{stream, letters",
    "s2/{stream}, letters",
    "{stream}.features, fixed text"
  })
  void shouldSayWhatIsWrongWithATemplate(String template, String problem) {
    assertThat(TopicTemplate.problems(template)).anyMatch(found -> found.contains(problem));
  }

  @Test
  void shouldFindNothingWrongWithGoodOnes() {
    assertThat(TopicTemplate.problems("s2.{group}.{stream}.{tower}")).isEmpty();
    assertThat(TopicTemplate.problems("s2.features")).isEmpty();
  }

  private static TopicTemplate template(String text) {
    return TopicTemplate.of(text, BEFORE_THE_DOT, "vit-b");
  }
}
