package io.s2stream.processor;

import java.time.Duration;
import java.util.List;

import io.s2stream.health.Health;
import io.s2stream.health.Patience;
import io.s2stream.processor.extract.S2FeatureExtractor;
import io.s2stream.processor.extract.TowerConfig;
import io.s2stream.processor.tower.TowerLoadException;
import io.s2stream.schemas.topics.CheckedTopic;
import io.s2stream.schemas.topics.TopicException;
import io.s2stream.schemas.topics.TopicPreflight;
import io.s2stream.schemas.topics.TopicSpec;
import io.s2stream.schemas.topics.TopicStart;

/** Makes sure the processor's three topics are there and can carry its records. */
public final class ProcessorTopics {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  /**
   * @param largestSent size in bytes of the largest message that the processor may have to send
   */
  record Checked(
      CheckedTopic frames, CheckedTopic features, CheckedTopic deadLetters, int largestSent) {}

  private ProcessorTopics() {}

  /**
   * Creates what is missing, where the configuration says so, and checks the rest, for a processor
   * that isn't started yet. Loads the tower, on the CPU whatever device is configured: the size of
   * the feature records follows from it.
   *
   * @return the frames, features and dead-letter topics
   * @throws TowerLoadException when the model directory can't be used
   * @throws TopicException with the command that mends it
   */
  public static List<CheckedTopic> ensure(ProcessorConfig config)
      throws TowerLoadException, TopicException, InterruptedException {
    TowerConfig tower =
        new TowerConfig(
            config.tower().modelDir(), "cpu", config.tower().threads(), config.tower().sha256());
    RecordSizes sizes;
    try (S2FeatureExtractor extractor =
        S2FeatureExtractor.load(tower, config.s2(), config.dtype().onTheWire())) {
      sizes = RecordSizes.of(config.maxFramesPerRecord(), extractor.nominalLayout());
    }
    Checked checked;
    try (TopicPreflight topics = TopicPreflight.connect(config.kafka(), TIMEOUT)) {
      checked = check(config, sizes, topics);
    }
    return List.of(checked.frames(), checked.features(), checked.deadLetters());
  }

  /**
   * Creates what is missing, where the configuration says so, and checks the rest, as soon as a
   * broker answers.
   *
   * @throws TopicException with the command that mends it
   */
  static Checked await(ProcessorConfig config, RecordSizes sizes, Patience patience, Health health)
      throws TopicException, InterruptedException {
    return TopicStart.await(
        patience, health, config.kafka(), topics -> check(config, sizes, topics));
  }

  private static Checked check(ProcessorConfig config, RecordSizes sizes, TopicPreflight topics)
      throws TopicException, InterruptedException {
    CheckedTopic frames =
        topics.ensurePresent(config.topics().topic(config.framesTopic(), sizes.frames()));
    TopicSpec features = config.topics().topic(config.featuresTopic(), sizes.features());
    // Dead letters are frame batches as they came, whatever the frames topic let through.
    TopicSpec deadLetters =
        config.topics().topic(config.deadLetterTopic(), frames.maxMessageBytes());
    return new Checked(
        frames,
        topics.ensure(features),
        topics.ensure(deadLetters),
        Math.toIntExact(Math.max(features.neededMessageBytes(), deadLetters.neededMessageBytes())));
  }
}
