package io.s2stream.processor;

import java.time.Duration;

import io.s2stream.schemas.topics.CheckedTopic;
import io.s2stream.schemas.topics.TopicException;
import io.s2stream.schemas.topics.TopicPreflight;

/** Makes sure the processor's three topics are there and can carry its records. */
final class ProcessorTopics {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private ProcessorTopics() {}

  /**
   * @throws TopicException with the command that mends it
   */
  static void ensure(ProcessorConfig config, RecordSizes sizes)
      throws TopicException, InterruptedException {
    try (TopicPreflight preflight = TopicPreflight.connect(config.kafka(), TIMEOUT)) {
      CheckedTopic frames =
          preflight.ensurePresent(config.topics().topic(config.framesTopic(), sizes.frames()));
      preflight.ensure(config.topics().topic(config.featuresTopic(), sizes.features()));
      // Dead letters are frame batches as they came, whatever the frames topic let through.
      preflight.ensure(config.topics().topic(config.deadLetterTopic(), frames.maxMessageBytes()));
    }
  }
}
