package io.s2stream.processor.topology;

import java.time.Duration;
import java.util.Properties;

import io.s2stream.processor.batch.FeaturePipeline;
import io.s2stream.processor.metrics.ProcessorMetrics;
import io.s2stream.processor.metrics.StreamMeters;
import io.s2stream.processor.route.FeatureRoutes;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameBatch;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.jspecify.annotations.Nullable;

/**
 * The whole topology: frames in, features and dead letters out, one {@link S2Processor} per
 * partition between them.
 *
 * <p>Keys and values travel as bytes: a message that can't be read must reach the processor, which
 * keeps its place in the order and sends it on as a dead letter.
 */
public final class FeatureTopology {
  static final String FRAMES = "frames";
  static final String PROCESSOR = "s2";
  static final String FEATURES = "features";
  static final String DEAD_LETTERS = "dead-letters";

  private final ThreadLedgers ledgers = new ThreadLedgers();
  private final Topology topology = new Topology();
  private final @Nullable String instanceName;
  private final SentRecords sent;

  /**
   * @param pipeline shared by all tasks and stream threads; stays the caller's
   * @param frames thread-safe, configured; stays the caller's
   * @param features thread-safe, configured; stays the caller's
   * @param routes where the features go; stays the caller's
   */
  public FeatureTopology(
      TopologySettings settings,
      FeaturePipeline pipeline,
      Deserializer<FrameBatch> frames,
      Serializer<? super FeatureRecord> features,
      FeatureRoutes routes,
      ProcessorMetrics metrics,
      StreamMeters streams) {
    InFlightBudget budget = new InFlightBudget(settings.maxInFlight(), settings.recordBytes());
    instanceName = settings.instanceName();
    sent =
        (topic, timestampMillis) -> {
          if (!topic.equals(settings.deadLetterTopic())) {
            metrics.recordAcknowledged(
                Duration.ofMillis(System.currentTimeMillis() - timestampMillis));
          }
        };
    FramesPartition partition = new FramesPartition();
    DeadLetterLog log = new DeadLetterLog(settings.deadLetterLogInterval(), System::nanoTime);
    topology.addSource(
        FRAMES, new ByteArrayDeserializer(), new ByteArrayDeserializer(), settings.framesTopic());
    Outgoing outgoing = new Outgoing(settings, features, routes, log, metrics, streams, partition);
    topology.addProcessor(
        PROCESSOR,
        () -> new S2Processor(settings, pipeline, frames, outgoing, ledgers, budget),
        FRAMES);
    topology.addSink(
        FEATURES,
        (key, value, record) -> routes.topic(Outgoing.stream(key)),
        new ByteArraySerializer(),
        new ByteArraySerializer(),
        partition,
        PROCESSOR);
    topology.addSink(
        DEAD_LETTERS,
        settings.deadLetterTopic(),
        new ByteArraySerializer(),
        new ByteArraySerializer(),
        partition,
        PROCESSOR);
  }

  /** For the test driver; {@link #streams} is what makes commits safe. */
  Topology topology() {
    return topology;
  }

  /**
   * A client, not started, whose commits never pass a frame that is under way. The caller closes
   * it.
   *
   * @param hook {@link ClientHook#NONE} unless clients are to be watched or faults put in
   */
  public KafkaStreams streams(Properties config, ClientHook hook) {
    Properties withConsumer = new Properties();
    withConsumer.putAll(config);
    StreamsGroupConsumer.install(withConsumer, hook.streamsGroupConsumer(), ledgers);
    return new KafkaStreams(
        topology, withConsumer, hook.clients(new LedgerClients(ledgers, instanceName, sent)));
  }
}
