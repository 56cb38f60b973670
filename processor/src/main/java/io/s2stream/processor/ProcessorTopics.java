package io.s2stream.processor;

import java.time.Duration;

import io.s2stream.schemas.topics.CheckedTopic;
import io.s2stream.schemas.topics.TopicException;
import io.s2stream.schemas.topics.TopicPreflight;
import io.s2stream.schemas.topics.TopicSpec;

/** Makes sure the processor's three topics are there and can carry its records. */
final class ProcessorTopics {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private ProcessorTopics() {}

  /**
   * Creates what is missing, where the configuration says so, and checks the rest.
   *
   * @return size in bytes of the largest message that the processor may have to send
   * @throws TopicException with the command that mends it
   */
  static int ensure(ProcessorConfig config, RecordSizes sizes)
      throws TopicException, InterruptedException {
    try (TopicPreflight preflight = TopicPreflight.connect(config.kafka(), TIMEOUT)) {
      CheckedTopic frames =
          preflight.ensurePresent(config.topics().topic(config.framesTopic(), sizes.frames()));
      TopicSpec features = config.topics().topic(config.featuresTopic(), sizes.features());
      // Dead letters are frame batches as they came, whatever the frames topic let through.
      TopicSpec deadLetters =
          config.topics().topic(config.deadLetterTopic(), frames.maxMessageBytes());
      preflight.ensure(features);
      preflight.ensure(deadLetters);
      return Math.toIntExact(
          Math.max(features.neededMessageBytes(), deadLetters.neededMessageBytes()));
    }
  }
}
