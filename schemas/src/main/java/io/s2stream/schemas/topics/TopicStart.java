package io.s2stream.schemas.topics;

import java.time.Duration;

import io.s2stream.config.KafkaSettings;
import io.s2stream.health.Health;
import io.s2stream.health.Outage;
import io.s2stream.health.Patience;

/** The part of a service's start that needs the brokers. */
public final class TopicStart {
  private static final Duration TIMEOUT = Duration.ofSeconds(6);

  private TopicStart() {}

  /** What is to be made sure of. */
  @FunctionalInterface
  public interface Check<T> {
    T run(TopicPreflight topics) throws TopicException, InterruptedException;
  }

  /**
   * Checks topics as soon as a broker answers.
   *
   * @throws TopicException when a topic can't be used, or the patience is at its end
   */
  public static <T> T await(Patience patience, Health health, KafkaSettings kafka, Check<T> check)
      throws TopicException, InterruptedException {
    return patience.await(
        new Outage("Kafka", health),
        TopicException.class,
        () -> {
          try (TopicPreflight topics = TopicPreflight.connect(kafka, TIMEOUT)) {
            return check.run(topics);
          }
        },
        failure -> failure.isUnreachable() ? failure.getMessage() : null);
  }
}
