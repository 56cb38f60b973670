package io.s2stream.viewer.subscribe;

import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ReadTopicsTest {
  @Test
  void shouldReadTheTopicOfFeaturesAndThatOfDeadLetters() {
    ReadTopics topics = new ReadTopics("s2.features", "s2.dlq", Set.of("s2.frames"));

    assertThat(topics.among(Set.of("s2.features", "s2.features-old", "s2.frames", "s2.dlq")))
        .containsExactlyInAnyOrder("s2.dlq", "s2.features");
  }

  @Test
  void shouldReadAllTopicsThatATemplateCanNameButThoseOfOtherThings() {
    ReadTopics topics = new ReadTopics("s2.{stream}.f", "s2.dlq.f", Set.of("s2.frames.f"));

    assertThat(
            topics.among(
                Set.of("s2.lobby.f", "s2.x-0123abcd", "s2.lobby.g", "s2.frames.f", "s2.dlq.f")))
        .containsExactlyInAnyOrder("s2.dlq.f", "s2.lobby.f", "s2.x-0123abcd");
    assertThat(topics.isByTower()).isFalse();
  }
}
