package io.s2stream.processor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import io.s2stream.meters.BuildVersion;
import io.s2stream.processor.batch.FeaturePipeline;
import io.s2stream.processor.batch.FeatureRecords;
import io.s2stream.processor.batch.FrameBatcher;
import io.s2stream.processor.decode.FrameDecoder;
import io.s2stream.processor.extract.FeatureExtractor;
import io.s2stream.processor.extract.FeatureLayout;
import io.s2stream.processor.memory.MemoryBudget;
import io.s2stream.processor.metrics.ProcessorMetrics;
import io.s2stream.processor.metrics.StreamMeters;
import io.s2stream.processor.route.FeatureRoutes;
import io.s2stream.processor.route.RoutedTopics;
import io.s2stream.processor.route.TopicTemplate;
import io.s2stream.processor.topology.FeatureTopology;
import io.s2stream.processor.topology.TopologySettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the parts of the processor are made of its configuration. */
final class ProcessorParts {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessorParts.class);

  private ProcessorParts() {}

  static FeaturePipeline pipeline(
      ProcessorConfig config,
      FeatureExtractor extractor,
      FrameBatcher batcher,
      Executor decoders,
      ProcessorMetrics metrics) {
    FeatureLayout nominal = extractor.nominalLayout();
    return new FeaturePipeline(
        new FrameDecoder(config.maxFramePixels()),
        decoders,
        extractor,
        batcher,
        new FeatureRecords(extractor.tower(), nominal, BuildVersion.current()),
        metrics,
        config.maxFramesPerRecord(),
        Math.toIntExact(nominal.bytes(config.maxFramesPerRecord())));
  }

  static FeatureTopology topology(
      ProcessorConfig config,
      FeaturePipeline pipeline,
      ProcessorSerdes serdes,
      FeatureRoutes routes,
      ProcessorMetrics metrics,
      StreamMeters streams,
      int maxMessageBytes,
      MemoryBudget memory) {
    TopologySettings settings =
        new TopologySettings(
            config.framesTopic(),
            config.deadLetterTopic(),
            memory.recordsInFlight(),
            memory.recordBytes(),
            memory.largestRecordBytes(),
            config.instanceName(),
            config.guarantee() == Guarantee.EXACTLY_ONCE ? config.earlyCommitInterval() : null,
            config.late().policy() == LateConfig.Policy.DROP ? config.late().maxAge() : null,
            config.forwardTimeout(),
            BuildVersion.current(),
            maxMessageBytes,
            config.deadLetterLogInterval());
    return new FeatureTopology(
        settings, pipeline, serdes.frames(), serdes.features(), routes, metrics, streams);
  }

  /** Streams' own topics are too many to ask for every few seconds. */
  static List<String> watched(ProcessorConfig config, TopicTemplate template) {
    List<String> topics = new ArrayList<>(List.of(config.framesTopic(), config.deadLetterTopic()));
    if (template.isFixed()) {
      topics.add(template.topic());
    }
    return topics;
  }

  static FeatureRoutes routes(ProcessorConfig config, RecordSizes sizes, TopicTemplate template) {
    return template.isFixed()
        ? FeatureRoutes.fixed(template.topic())
        : new RoutedTopics(
            config.kafka(),
            template,
            topic -> config.topics().topic(topic, sizes.features()),
            config.maxFeaturesTopics(),
            System::nanoTime);
  }

  static MemoryBudget memory(
      ProcessorConfig config, RecordSizes sizes, ProcessorTopics.Checked topics) {
    Integer partitions = config.memory().partitions();
    MemoryBudget memory =
        MemoryBudget.of(
            config.memory().maxBytes(),
            new MemoryBudget.Demand(
                sizes.frames(),
                sizes.features(),
                topics.frames().maxMessageBytes(),
                topics.largestSent(),
                partitions == null ? topics.frames().partitions() : partitions,
                config.streamThreads()),
            config.maxRecordsInFlight());
    LOG.info("Heap of the processor:{}", memory.table());
    return memory;
  }
}
