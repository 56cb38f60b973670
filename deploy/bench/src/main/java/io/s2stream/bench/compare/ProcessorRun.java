package io.s2stream.bench.compare;

import java.util.List;
import java.util.Map;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.config.ConfigParser;
import io.s2stream.processor.Guarantee;
import io.s2stream.processor.ProcessorApp;
import io.s2stream.processor.ProcessorConfig;
import io.s2stream.processor.extract.FeatureExtractor;
import io.s2stream.processor.topology.ClientHook;

/**
 * The true processor in this process, with a name, topics and consumer group that nothing else has
 * had: it begins at the first frame. Closing it also deletes its topics.
 */
final class ProcessorRun implements AutoCloseable {
  private final KafkaBench kafka;
  private final String name;
  private final ProcessorApp app;
  private boolean stopped;

  private ProcessorRun(KafkaBench kafka, String name, ProcessorApp app) {
    this.kafka = kafka;
    this.name = name;
    this.app = app;
  }

  /**
   * @param more settings of the processor in YAML, one a line
   * @param extractors each with a thread of its own; they stay open when the processor is closed
   *     only if they don't mind being closed
   */
  static ProcessorRun start(
      KafkaBench kafka,
      String framesTopic,
      int partitions,
      Guarantee guarantee,
      String more,
      List<FeatureExtractor> extractors,
      ClientHook clients)
      throws Exception {
    String name = kafka.newName("run");
    ProcessorConfig config =
        ConfigParser.parse(
            yaml(kafka, name, framesTopic, partitions, guarantee) + more,
            "the benchmark",
            ProcessorConfig.class,
            Map.of());
    return new ProcessorRun(
        kafka, name, ProcessorApp.start(config, extractors, clients, new SimpleMeterRegistry()));
  }

  /** The processor's configuration, but for its tower if it is not in the model directory. */
  static String yaml(
      KafkaBench kafka, String name, String framesTopic, int partitions, Guarantee guarantee) {
    return kafka.yaml()
        + """
        application-id: %s
        guarantee: %s
        frames-topic: %s
        features-topic: %s.features
        dead-letter-topic: %s.dlq
        topics: {partitions: %d, replication-factor: 1}
        """
            .formatted(
                name,
                guarantee == Guarantee.EXACTLY_ONCE ? "exactly-once" : "at-least-once",
                framesTopic,
                name,
                name,
                partitions);
  }

  String featuresTopic() {
    return name + ".features";
  }

  void awaitCommitted(String framesTopic, int frames) throws Exception {
    kafka.awaitCommitted(name, framesTopic, frames);
    String failure = app.failure();
    if (failure != null) {
      throw new WrongOutputException("the processor failed: " + failure);
    }
  }

  /** Ends the processor and leaves its topics. */
  void stop() {
    if (!stopped) {
      stopped = true;
      app.close();
    }
  }

  @Override
  public void close() throws Exception {
    stop();
    kafka.deleteTopics(List.of(name + ".features", name + ".dlq"));
  }
}
