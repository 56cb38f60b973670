package io.s2stream.viewer;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.s2stream.health.HealthServer;
import io.s2stream.health.Outage;
import io.s2stream.schemas.FeatureRecord;
import io.s2stream.schemas.FrameBatch;
import io.s2stream.schemas.registry.RegistryStart;
import io.s2stream.schemas.registry.SchemaRegistry;
import io.s2stream.schemas.registry.WatchedSchemaRegistry;
import io.s2stream.schemas.serde.S2AvroDeserializer;
import io.s2stream.schemas.topics.BrokerWatch;
import io.s2stream.schemas.topics.TopicNames;
import io.s2stream.viewer.figures.DeadLetters;
import io.s2stream.viewer.figures.FiguresClock;
import io.s2stream.viewer.figures.ServiceMetrics;
import io.s2stream.viewer.figures.SystemFigures;
import io.s2stream.viewer.moments.Intake;
import io.s2stream.viewer.moments.Moments;
import io.s2stream.viewer.moments.PictureQueue;
import io.s2stream.viewer.moments.Pictures;
import io.s2stream.viewer.moments.ShownStream;
import io.s2stream.viewer.moments.ShownStreams;
import io.s2stream.viewer.subscribe.MessageReader;
import io.s2stream.viewer.subscribe.ReadTopics;
import io.s2stream.viewer.subscribe.Subscription;
import io.s2stream.viewer.web.Api;
import io.s2stream.viewer.web.Browsers;
import io.s2stream.viewer.web.PageJson;
import io.s2stream.viewer.web.ViewerServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The viewer: a subscriber and a web server, wired by hand. It writes nothing to Kafka, is in no
 * consumer group, and holds no more than its configuration allows. Thread-safe.
 */
public final class ViewerApp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ViewerApp.class);

  private final HealthServer front;
  private final BrokerWatch watch;
  private final MessageReader framesReader;
  private final MessageReader featuresReader;
  private final PictureQueue pictures;
  private final Subscription subscription;
  private final FiguresClock clock;
  private final ViewerServer server;

  private ViewerApp(ViewerConfig config, List<Supplier<String>> meters, HealthServer front) {
    this.front = front;
    Map<String, Object> settings = config.kafka().consumer();
    SchemaRegistry registry =
        new WatchedSchemaRegistry(
            SchemaRegistry.configured(settings), new Outage(RegistryStart.NAME, front.health()));
    S2AvroDeserializer<FrameBatch> batches = new S2AvroDeserializer<>(FrameBatch.class, registry);
    S2AvroDeserializer<FeatureRecord> records =
        new S2AvroDeserializer<>(FeatureRecord.class, registry);
    ReadTopics topics =
        new ReadTopics(
            config.featuresTopic(), config.deadLetterTopic(), Set.of(config.framesTopic()));
    ShownStreams streams = new ShownStreams(config.maxStreams());
    Moments moments = new Moments(config.memory().bytes(), config.history());
    DeadLetters deadLetters =
        new DeadLetters(value -> deadPicture(batches, config.deadLetterTopic(), value));
    SystemFigures system = new SystemFigures();
    PageJson json = new PageJson(streams, moments, system, deadLetters);
    Browsers browsers = new Browsers(config.web().maxBrowsers());
    this.framesReader = new MessageReader(config.kafka());
    this.featuresReader = new MessageReader(config.kafka());
    this.pictures = new PictureQueue(framesReader, batches, moments, browsers);
    this.server =
        ViewerServer.start(
            config.web(),
            new Api(streams, moments, json, deadLetters, pictures, featuresReader, records),
            browsers);
    this.subscription =
        Subscription.start(
            config.kafka(),
            topics,
            config.sampleInterval(),
            config.sampleSize().bytes(),
            new Intake(
                topics, config.fps(), streams, moments, browsers, pictures, deadLetters, records));
    this.clock =
        new FiguresClock(
            config.kafka(),
            config.framesTopic(),
            config.processorGroup(),
            new ServiceMetrics(config.metricsUrls(), meters),
            system,
            deadLetters,
            () ->
                streams.all().stream()
                    .collect(Collectors.toMap(ShownStream::id, ShownStream::figures)),
            () -> server.tellState(json));
    this.watch =
        BrokerWatch.start(
            config.kafka(),
            TopicNames.isTemplate(config.featuresTopic())
                ? List.of(config.framesTopic())
                : List.of(config.featuresTopic(), config.framesTopic()),
            front.health());
    front.health().started();
    LOG.info("The viewer is at {}", server.url());
  }

  private static byte @Nullable [] deadPicture(
      S2AvroDeserializer<FrameBatch> batches, String topic, ByteBuffer value) {
    try {
      return Pictures.jpeg(batches.deserialize(topic, value), 0, Pictures.SMALL);
    } catch (RuntimeException e) {
      return null; // a letter because it can't be read, in ways that nobody foresaw
    }
  }

  /**
   * Starts to read and to answer. Brokers, registry and topics may come later.
   *
   * @param meters of services in this process, in Prometheus' text format
   * @throws io.s2stream.config.InvalidSettingException if a setting can't work, such as a port that
   *     is taken
   * @throws org.apache.kafka.common.KafkaException if Kafka's client refuses its settings
   */
  public static ViewerApp start(ViewerConfig config, List<Supplier<String>> meters) {
    HealthServer front = HealthServer.start(config.http(), () -> "");
    try {
      return new ViewerApp(config, meters, front);
    } catch (RuntimeException e) {
      front.close();
      throw e;
    }
  }

  /** Where the page is. */
  public String url() {
    return server.url();
  }

  @Override
  public void close() {
    server.close();
    subscription.close();
    clock.close();
    pictures.close();
    framesReader.close();
    featuresReader.close();
    watch.close();
    front.close();
  }
}
