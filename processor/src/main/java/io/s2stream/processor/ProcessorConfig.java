package io.s2stream.processor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.KafkaSettings;
import io.s2stream.config.Problem;
import io.s2stream.config.Setting;
import io.s2stream.health.HttpConfig;
import io.s2stream.processor.batch.BatchConfig;
import io.s2stream.processor.extract.PoolConfig;
import io.s2stream.processor.extract.S2Config;
import io.s2stream.processor.extract.TowerConfig;
import io.s2stream.processor.memory.MemoryConfig;
import io.s2stream.processor.route.TopicTemplate;
import io.s2stream.schemas.topics.TopicCreation;
import io.s2stream.schemas.topics.TopicNames;
import org.jspecify.annotations.Nullable;

/** Everything an operator can set about the processor; the form of its YAML file. */
public record ProcessorConfig(
    @Setting(
            "Kafka client properties, passed through: bootstrap.servers, schema.registry.url, security, and overrides"
                + " under producer, consumer, admin and streams.")
        KafkaSettings kafka,
    @Setting(
            value =
                "Kafka Streams application id: consumer group of the processors that share the work, and prefix of"
                    + " their transactional ids.",
            defaultValue = "s2-processor")
        String applicationId,
    @Setting(
            value =
                "Name of this process among the processors that run at the same time, the same again after a restart: a"
                    + " pod's name, say. A killed processor that comes back under its name goes on at once; without a"
                    + " name, or under another, its partitions wait for time-outs. Two with one name stop each other.",
            optional = true)
        @Nullable String instanceName,
    @Setting(
            value =
                "exactly-once: read_committed subscribers see each record once. at-least-once: records may repeat after"
                    + " a crash, lowest latency. Nothing is lost under either.",
            defaultValue = "exactly-once")
        Guarantee guarantee,
    @Setting(
            value =
                "Under exactly-once features can be read when they are committed: under load every commit.interval.ms (100 ms),"
                    + " but at once when nothing is under way and the last commit is as long ago as this. Each costs the brokers"
                    + " a transaction.",
            defaultValue = "20ms")
        Duration earlyCommitInterval,
    @Setting(value = "Topic the frame batches come from.", defaultValue = "s2.frames")
        String framesTopic,
    @Setting(
            value =
                "Topic the feature records go to. May have {stream}, {group} and {tower} in it, in place of which stand"
                    + " the stream's id, its group and the tower's name: s2.features.{group}. Characters that no topic may"
                    + " have become hyphens.",
            defaultValue = "s2.features")
        String featuresTopic,
    @Setting(
            value =
                "With {group} in features-topic: a regular expression for whole stream ids, whose first group in"
                    + " parentheses is the stream's group. Streams it doesn't fit are of the group 'other'. The default takes what"
                    + " is before the first dot: the folder's id, of streams that ingest reads from a folder.",
            defaultValue = "([^.]+).*")
        String streamGroup,
    @Setting(
            value =
                "With {stream} or {group} in features-topic: no topic is made when there are so many that fit it, up to"
                    + " 1000. Frame batches of streams without a topic go to the dead-letter topic.",
            defaultValue = "100")
        int maxFeaturesTopics,
    @Setting(
            value = "Topic for frame batches that can't be processed, with the reason.",
            defaultValue = "s2.frames.dlq")
        String deadLetterTopic,
    @Setting(
            value =
                "Dead letters of one reason have one log line in this time; the next says how many had none. 0ms: each has its"
                    + " own.",
            defaultValue = "10s")
        Duration deadLetterLogInterval,
    @Setting("What to do about topics that aren't there.") TopicCreation topics,
    @Setting("The vision tower.") TowerConfig tower,
    @Setting("The multiscale forward, with the names of s2wrapper's options.") S2Config s2,
    @Setting(
            value =
                "Element type of the features on the wire. int8 is symmetric, with one float32 scale per token.",
            defaultValue = "float16")
        Dtype dtype,
    @Setting(
            "Means over blocks of frames and tokens, taken on the device: fewer tokens, smaller records. Records say"
                + " what was pooled.")
        PoolConfig pool,
    @Setting("How frames are put together for the device.") BatchConfig batch,
    @Setting(
            value =
                "Most frames a frame batch may have; the limits of topics and clients follow from it. A batch with more"
                    + " goes to the dead-letter topic.",
            defaultValue = "8")
        int maxFramesPerRecord,
    @Setting(
            value =
                "Frame batches under way at a time, of all partitions together. Bounds the memory: each holds its frames and its"
                    + " features. Fewer are when the heap holds no more (memory).",
            defaultValue = "32")
        int maxRecordsInFlight,
    @Setting("What is done with frames that are old when their turn comes.") LateConfig late,
    @Setting("The heap, and what follows from its size.") MemoryConfig memory,
    @Setting(
            value = "Largest frame that is decoded, in pixels (width times height).",
            defaultValue = "16777216")
        long maxFramePixels,
    @Setting(value = "Kafka Streams threads: reading, packing, sending.", defaultValue = "1")
        int streamThreads,
    @Setting(value = "Threads that decode JPEG frames.", defaultValue = "2") int decodeThreads,
    @Setting(
            value =
                "Longest time the device may finish nothing while frames wait for it; then the task fails and the frames"
                    + " are read again.",
            defaultValue = "20s")
        Duration forwardTimeout,
    @Setting(
            value =
                "Longest wait at start for brokers and registry that don't answer; then the process ends. Not set: it waits"
                    + " until they do.",
            optional = true)
        @Nullable Duration startupTimeout,
    @Setting("Health and meters over HTTP.") HttpConfig http,
    @Setting(
            value =
                "Streams that get a label of their own in the meters; all others share the label 'other'.",
            defaultValue = "100")
        int maxStreamLabels) {

  private static final int MAX_FEATURES_TOPICS = 1_000;

  public ProcessorConfig {
    List<Problem> problems = new ArrayList<>();
    atLeastOne(problems, "max-frames-per-record", maxFramesPerRecord);
    if (pool.t() > maxFramesPerRecord && maxFramesPerRecord > 0) {
      problems.add(
          new Problem(
              "pool.t",
              "is %d, but a frame batch has at most %d frames (max-frames-per-record), and only frames of one batch are pooled"
                  .formatted(pool.t(), maxFramesPerRecord)));
    }
    atLeastOne(problems, "max-records-in-flight", maxRecordsInFlight);
    atLeastOne(problems, "max-frame-pixels", maxFramePixels);
    atLeastOne(problems, "stream-threads", streamThreads);
    atLeastOne(problems, "decode-threads", decodeThreads);
    atLeastOne(problems, "forward-timeout", forwardTimeout.toMillis());
    if (earlyCommitInterval.isNegative()) {
      problems.add(new Problem("early-commit-interval", "must be at least 0ms"));
    }
    checkRoutes(problems, featuresTopic, List.of(framesTopic, deadLetterTopic));
    if (deadLetterTopic.equals(framesTopic)) {
      problems.add(
          new Problem(
              "dead-letter-topic",
              "is the frames topic '%s': each dead letter would be read, and refused, again and again without end"
                  .formatted(framesTopic)));
    }
    checkGroups(problems, streamGroup);
    if (maxFeaturesTopics < 1 || maxFeaturesTopics > MAX_FEATURES_TOPICS) {
      problems.add(
          new Problem(
              "max-features-topics",
              "must be from 1 to %d, found %d".formatted(MAX_FEATURES_TOPICS, maxFeaturesTopics)));
    }
    if (maxStreamLabels < 0) {
      problems.add(
          new Problem("max-stream-labels", "must be at least 0, found " + maxStreamLabels));
    }
    if (instanceName != null && !instanceName.matches("[A-Za-z0-9._-]{1,100}")) {
      problems.add(
          new Problem(
              "instance-name",
              "expected 1 to 100 letters, digits, dots, underscores and hyphens, found '%s'"
                  .formatted(instanceName)));
    }
    if (deadLetterLogInterval.isNegative()
        || deadLetterLogInterval.compareTo(Duration.ofDays(1)) > 0) {
      problems.add(new Problem("dead-letter-log-interval", "must be between 0ms and 1d"));
    }
    checkKafka(kafka.streams(), problems);
    if (!problems.isEmpty()) {
      throw new InvalidSettingException(problems);
    }
  }

  /** A stream's name must not lead its features into a topic of another kind. */
  private static void checkRoutes(List<Problem> problems, String template, List<String> others) {
    List<String> wrong = TopicTemplate.problems(template);
    wrong.forEach(problem -> problems.add(new Problem("features-topic", problem)));
    if (!wrong.isEmpty()) {
      return;
    }
    Pattern names = TopicNames.of(template);
    for (String other : others) {
      if (names.matcher(other).matches() || names.matcher(other + ".places").matches()) {
        problems.add(
            new Problem(
                "features-topic",
                "'%s' can be the name of '%s' or of its places; choose another beginning"
                    .formatted(template, other)));
      }
    }
  }

  private static void checkGroups(List<Problem> problems, String streamGroup) {
    try {
      if (Pattern.compile(streamGroup).matcher("").groupCount() < 1) {
        problems.add(new Problem("stream-group", "has no group in parentheses"));
      }
    } catch (PatternSyntaxException e) {
      problems.add(new Problem("stream-group", "is no regular expression: " + e.getDescription()));
    }
  }

  /** Where the features of each stream go. */
  TopicTemplate featuresTemplate(String tower) {
    return TopicTemplate.of(featuresTopic, Pattern.compile(streamGroup), tower);
  }

  /**
   * The same work beside the processors of this configuration, by an application of its own into
   * topics of its own. No frame is late for it.
   *
   * @throws InvalidSettingException when these can't be
   */
  public ProcessorConfig beside(
      String application,
      String features,
      String deadLetters,
      TowerConfig withTower,
      HttpConfig withHttp) {
    return new ProcessorConfig(
        kafka,
        application,
        instanceName,
        guarantee,
        earlyCommitInterval,
        framesTopic,
        features,
        streamGroup,
        maxFeaturesTopics,
        deadLetters,
        deadLetterLogInterval,
        topics,
        withTower,
        s2,
        dtype,
        pool,
        batch,
        maxFramesPerRecord,
        maxRecordsInFlight,
        LateConfig.NONE,
        memory,
        maxFramePixels,
        streamThreads,
        decodeThreads,
        forwardTimeout,
        startupTimeout,
        withHttp,
        maxStreamLabels);
  }

  private static void checkKafka(Map<String, Object> properties, List<Problem> problems) {
    if (!properties.containsKey("schema.registry.url")) {
      problems.add(
          new Problem("kafka.schema.registry.url", "missing; expected the registry's URL"));
    }
    ClientSafety.check(properties, problems);
  }

  private static void atLeastOne(List<Problem> problems, String path, long value) {
    if (value < 1) {
      problems.add(new Problem(path, "must be at least 1, found " + value));
    }
  }
}
