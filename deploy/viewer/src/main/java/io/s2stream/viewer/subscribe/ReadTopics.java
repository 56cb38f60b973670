package io.s2stream.viewer.subscribe;

import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.s2stream.schemas.topics.TopicNames;

/**
 * The topics that are read: features and dead letters. Features may be spread over topics that a
 * template names, which come and go. Immutable.
 *
 * @param features a topic's name, or the template of the processor's {@code features-topic}
 * @param deadLetters a topic's name
 * @param others topics that are never read, though the template may fit them
 */
public record ReadTopics(String features, String deadLetters, Set<String> others) {

  /** Whether which topics hold features is found out only by looking. */
  boolean isTemplate() {
    return TopicNames.isTemplate(features);
  }

  /** Those of some topics that are read. */
  Set<String> among(Set<String> topics) {
    Pattern names = TopicNames.of(features);
    return topics.stream()
        .filter(
            topic ->
                topic.equals(deadLetters)
                    || (names.matcher(topic).matches() && !others.contains(topic)))
        .collect(Collectors.toSet());
  }

  /** Whether a stream's features of different towers lie in different topics. */
  public boolean isByTower() {
    return features.contains("{tower}");
  }
}
