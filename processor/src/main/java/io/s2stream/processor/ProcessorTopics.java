package io.s2stream.processor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.s2stream.config.InvalidSettingException;
import io.s2stream.health.Health;
import io.s2stream.health.Patience;
import io.s2stream.processor.extract.ExtractionObserver;
import io.s2stream.processor.extract.S2FeatureExtractor;
import io.s2stream.processor.route.TopicTemplate;
import io.s2stream.processor.s2.InvalidOptionsException;
import io.s2stream.processor.tower.TowerLoadException;
import io.s2stream.schemas.topics.CheckedTopic;
import io.s2stream.schemas.topics.TopicException;
import io.s2stream.schemas.topics.TopicPreflight;
import io.s2stream.schemas.topics.TopicSpec;
import io.s2stream.schemas.topics.TopicStart;

/** Makes sure the processor's topics are there and can carry its records. */
public final class ProcessorTopics {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  /**
   * @param features the one topic of all streams; or those that are there already, of streams that
   *     have their own
   * @param largestSent size in bytes of the largest message that the processor may have to send
   */
  record Checked(
      CheckedTopic frames,
      List<CheckedTopic> features,
      CheckedTopic deadLetters,
      int largestSent) {}

  private ProcessorTopics() {}

  /**
   * Creates what is missing, where the configuration says so, and checks the rest, for a processor
   * that isn't started yet. Loads the tower, on the CPU whatever device is configured: the size of
   * the feature records follows from it.
   *
   * @return the frames, features and dead-letter topics; where streams have their own for features,
   *     those that are there already
   * @throws TowerLoadException when the model directory can't be used
   * @throws InvalidSettingException when the scales don't fit the tower
   * @throws TopicException with the command that mends it
   */
  public static List<CheckedTopic> ensure(ProcessorConfig config)
      throws TowerLoadException, TopicException, InterruptedException {
    RecordSizes sizes;
    TopicTemplate template;
    try (S2FeatureExtractor extractor =
        S2FeatureExtractor.load(
            config.tower().onCpu(),
            config.s2(),
            config.pool(),
            config.dtype().onTheWire(),
            ExtractionObserver.NONE)) {
      sizes = RecordSizes.of(config.maxFramesPerRecord(), extractor.nominalLayout());
      template = config.featuresTemplate(extractor.tower().name());
    } catch (InvalidOptionsException e) {
      throw new InvalidSettingException("s2", String.valueOf(e.getMessage()));
    }
    Checked checked;
    try (TopicPreflight topics = TopicPreflight.connect(config.kafka(), TIMEOUT)) {
      checked = check(config, sizes, template, topics);
    }
    List<CheckedTopic> all = new ArrayList<>(List.of(checked.frames(), checked.deadLetters()));
    all.addAll(1, checked.features());
    return all;
  }

  /**
   * Creates what is missing, where the configuration says so, and checks the rest, as soon as a
   * broker answers.
   *
   * @throws TopicException with the command that mends it
   */
  static Checked await(
      ProcessorConfig config,
      RecordSizes sizes,
      TopicTemplate template,
      Patience patience,
      Health health)
      throws TopicException, InterruptedException {
    return TopicStart.await(
        patience, health, config.kafka(), topics -> check(config, sizes, template, topics));
  }

  private static Checked check(
      ProcessorConfig config, RecordSizes sizes, TopicTemplate template, TopicPreflight topics)
      throws TopicException, InterruptedException {
    CheckedTopic frames =
        topics.ensurePresent(config.topics().topic(config.framesTopic(), sizes.frames()));
    // Dead letters are frame batches as they came, whatever the frames topic let through.
    TopicSpec deadLetters =
        config.topics().topic(config.deadLetterTopic(), frames.maxMessageBytes());
    List<CheckedTopic> features = new ArrayList<>();
    for (String name : featuresTopics(template, topics)) {
      features.add(topics.ensure(config.topics().topic(name, sizes.features())));
    }
    return new Checked(
        frames,
        features,
        topics.ensure(deadLetters),
        Math.toIntExact(
            Math.max(
                config.topics().topic(template.toString(), sizes.features()).neededMessageBytes(),
                deadLetters.neededMessageBytes())));
  }

  /** The one of all streams, or those that earlier records have made. */
  private static List<String> featuresTopics(TopicTemplate template, TopicPreflight topics)
      throws TopicException, InterruptedException {
    if (template.isFixed()) {
      return List.of(template.topic());
    }
    return topics.names().stream()
        .filter(name -> template.names().matcher(name).matches())
        .sorted()
        .toList();
  }
}
