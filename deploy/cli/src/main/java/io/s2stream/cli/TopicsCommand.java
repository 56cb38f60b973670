package io.s2stream.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import io.s2stream.config.ConfigParser;
import io.s2stream.ingest.IngestConfig;
import io.s2stream.processor.ProcessorConfig;
import io.s2stream.processor.ProcessorTopics;
import io.s2stream.schemas.topics.CheckedTopic;
import io.s2stream.schemas.topics.TopicPreflight;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code s2 topics}: creates and checks the topics of the services' configurations, as the services
 * themselves do when they start; for a rollout in which they are not allowed to.
 */
@Command(
    name = "topics",
    description =
        "Create the topics of a configuration, with the limits its records need; check those that"
            + " are there. Creates none where the configuration says topics.create: false.",
    mixinStandardHelpOptions = true,
    versionProvider = BuildInfo.class)
final class TopicsCommand implements Callable<Integer> {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  @Spec private CommandSpec spec;

  @Option(
      names = "--ingest",
      paramLabel = "FILE",
      description = "Configuration of ingest: its frames topic.")
  private @Nullable Path ingest;

  @Option(
      names = "--process",
      paramLabel = "FILE",
      description =
          "Configuration of the processor: its frames, features and dead-letter topics. Loads the"
              + " tower, on the CPU, to know the size of its features.")
  private @Nullable Path process;

  @Override
  public Integer call() throws Exception {
    if (ingest == null && process == null) {
      throw new ParameterException(
          spec.commandLine(), "whose topics? Give --ingest FILE, --process FILE, or both");
    }
    IngestConfig ingestConfig = ingest == null ? null : parse(ingest, IngestConfig.class);
    ProcessorConfig processConfig = process == null ? null : parse(process, ProcessorConfig.class);
    List<CheckedTopic> topics = new ArrayList<>();
    if (ingestConfig != null) {
      try (TopicPreflight preflight = TopicPreflight.connect(ingestConfig.kafka(), TIMEOUT)) {
        topics.add(preflight.ensure(ingestConfig.framesTopicSpec()));
      }
    }
    if (processConfig != null) {
      topics.addAll(ProcessorTopics.ensure(processConfig));
    }
    print(topics);
    return 0;
  }

  private static <T extends Record> T parse(Path file, Class<T> type) throws Exception {
    return ConfigParser.parse(file, type, System.getenv());
  }

  /** Both services name the frames topic: the first answer says whether it was made here. */
  private void print(List<CheckedTopic> topics) {
    Map<String, CheckedTopic> byName = new LinkedHashMap<>();
    topics.forEach(topic -> byName.putIfAbsent(topic.topic(), topic));
    for (CheckedTopic topic : byName.values()) {
      spec.commandLine()
          .getOut()
          .printf(
              Locale.ROOT,
              "topic '%s' %s: %d partitions, messages of up to %,d bytes%n",
              topic.topic(),
              topic.created() ? "created" : "is there",
              topic.partitions(),
              topic.maxMessageBytes());
    }
    spec.commandLine().getOut().flush();
  }
}
