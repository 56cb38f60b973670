package io.s2stream.ingest;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.s2stream.config.ConfigException;
import io.s2stream.config.InvalidSettingException;
import io.s2stream.config.Problem;
import io.s2stream.health.BoundedHttpServer;
import io.s2stream.ingest.place.PlaceException;
import io.s2stream.ingest.place.StreamPlaces;
import io.s2stream.ingest.publish.LiveSender;
import io.s2stream.ingest.source.Hardware;
import io.s2stream.meters.BuildVersion;
import io.s2stream.meters.KafkaMeters;
import io.s2stream.meters.ProcessMeters;
import io.s2stream.schemas.topics.TopicException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ingest service: streams, each supervised alone, and one producer for all. Wires everything by
 * hand.
 *
 * <p>Thread-safe.
 */
public final class IngestApp implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(IngestApp.class);
  private static final Duration STREAM_STOP_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration PRODUCER_CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final Producer<String, Object> producer;
  private final Hardware hardware;
  private final LiveSender liveSender;
  private final @Nullable StreamPlaces places;
  private final RunningStreams streams;
  private final WantedStreams wanted;
  private final IngestConfig config;
  private final IngestMetrics metrics;
  private @Nullable ConfigWatch watch;
  private @Nullable BoundedHttpServer api;

  /** Null on a producer of somebody else's. */
  private @Nullable IngestStart start;

  private @Nullable ProcessMeters process;

  private IngestApp(
      IngestConfig config,
      IngestMetrics metrics,
      Producer<String, Object> producer,
      @Nullable StreamPlaces places) {
    this.producer = producer;
    this.places = places;
    this.hardware = new Hardware(config.decoding().hwaccel());
    this.liveSender = new LiveSender(producer, config.framesTopic());
    this.streams =
        new RunningStreams(
            new StreamFactory(config, producer, liveSender, places, metrics, hardware),
            metrics,
            places,
            config.fileThreads(),
            STREAM_STOP_TIMEOUT);
    this.wanted = new WantedStreams(streams, config.shard());
    this.config = config;
    this.metrics = metrics;
  }

  /** Starts with meters of its own; see the other overload. */
  public static IngestApp start(IngestConfig config)
      throws TopicException, ConfigException, InterruptedException {
    return start(config, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
  }

  /**
   * Checks the topics and starts every stream. Waits, with back-off, as long as no broker or
   * registry answers and {@code startup-timeout} allows; health is answered meanwhile. Streams that
   * can't be opened do not make this fail: they show as FAILED.
   *
   * @param registry gets the meters of {@link IngestMetrics}, and is what {@code /metrics} shows if
   *     it is Prometheus'
   * @throws TopicException if no broker answers in time, a topic is missing or too small, or it
   *     can't be found out where streams go on
   * @throws ConfigException if two files would be one stream, a folder can't be read, or there is
   *     no file in any of the folders, and nothing else to read or to come
   * @throws io.s2stream.schemas.registry.RegistryUnavailableException if no registry answers in
   *     time
   * @throws InvalidSettingException if a setting can't work: refused by the registry, say, or a
   *     port that is taken
   * @throws KafkaException if the Kafka settings are refused by the client
   */
  public static IngestApp start(IngestConfig config, MeterRegistry registry)
      throws TopicException, ConfigException, InterruptedException {
    checkShare(config);
    IngestStart start = IngestStart.await(config, registry);
    try {
      StreamPlaces places =
          config.resume()
              ? StreamPlaces.start(
                  config.kafka(), start.producer(), config.framesTopic(), config.placesTopic())
              : null;
      IngestApp app = start(config, registry, start.producer(), places);
      app.start = start;
      app.process = ProcessMeters.bind(registry);
      ProcessMeters.buildInfo(registry, Tags.of("version", BuildVersion.current()));
      KafkaMeters.bindProducer(registry, start.producer()::metrics);
      return app;
    } catch (ConfigException | TopicException | InterruptedException | RuntimeException | Error e) {
      start.close();
      throw e;
    }
  }

  private static void checkShare(IngestConfig config) throws ConfigException {
    try {
      config.shard().ownIndex();
    } catch (InvalidSettingException e) {
      throw new ConfigException("shard", e.problems());
    }
  }

  /** Starts every stream on a producer and places that the app closes. */
  static IngestApp start(
      IngestConfig config,
      MeterRegistry registry,
      Producer<String, Object> producer,
      @Nullable StreamPlaces places)
      throws TopicException, ConfigException, InterruptedException {
    IngestApp app =
        new IngestApp(
            config, new IngestMetrics(registry, config.maxStreamLabels()), producer, places);
    try {
      app.read();
      return app;
    } catch (ConfigException | TopicException | InterruptedException | RuntimeException | Error e) {
      try {
        app.close();
      } catch (RuntimeException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  private void read() throws TopicException, ConfigException, InterruptedException {
    try {
      wanted.configure(config.streams(), true);
    } catch (PlaceException e) {
      throw new TopicException(String.valueOf(e.getMessage()), e);
    }
    checkFolders();
    Integer port = config.streamsApi().port();
    if (port != null) {
      api = StreamsApi.start(config.streamsApi(), port, wanted, streams::status);
    }
  }

  /**
   * Folders without a file are no reason to end while there is more to read or to come; a run that
   * would end at once without having read anything is told from one that did its work.
   */
  private void checkFolders() throws ConfigException {
    List<StreamSettings> empty = wanted.withoutFiles();
    boolean goesOn = config.keepRunning() || config.streamsApi().port() != null;
    if (!goesOn && !empty.isEmpty() && empty.size() == config.streams().size()) {
      throw new ConfigException(
          "streams",
          empty.stream()
              .map(
                  entry ->
                      new Problem(
                          "streams[" + config.streams().indexOf(entry) + "].uri", noVideoIn(entry)))
              .toList());
    }
    empty.forEach(
        entry ->
            LOG.atWarn()
                .addKeyValue("stream", entry.id())
                .log("there is no video file in {} so far", entry.source()));
    if (empty.isEmpty() && streams.status().isEmpty()) {
      LOG.warn("there is nothing to read: no stream is of this instance's share");
    }
  }

  private static String noVideoIn(StreamSettings entry) {
    return "there is no video file in "
        + entry.source()
        + "; expected at least one, or keep-running: true to wait for files";
  }

  /**
   * Looks at the configuration file every {@code config-poll} and applies changes of its streams.
   *
   * @param file what the configuration was read from
   * @param env the variables it may refer to
   */
  public void watch(Path file, Map<String, String> env) {
    if (watch == null && !config.configPoll().isZero()) {
      watch =
          new ConfigWatch(file, env, config.configPoll(), config, wanted, metrics.configRefusals());
    }
  }

  /** Returns the port of {@code /streams}, or -1 without one. */
  public int apiPort() {
    return api == null ? -1 : api.port();
  }

  /** Port of {@code /readyz} and the like; -1 without one. */
  public int httpPort() {
    return start == null ? -1 : start.front().port();
  }

  /** Returns what every stream is doing now, in the order of the configuration. */
  public List<StreamStatus> streams() {
    return streams.status();
  }

  /**
   * Waits until every stream has finished, failed or was stopped; live streams finish never and
   * fail only when an option is unknown. With streams-api or keep-running the time always runs out:
   * more may come.
   *
   * @return false if the time ran out first
   */
  public boolean awaitFinished(Duration timeout) throws InterruptedException {
    boolean done = streams.await(timeout);
    if (done && (api != null || config.keepRunning())) {
      Thread.sleep(timeout.toMillis());
      return false;
    }
    return done;
  }

  /**
   * Ends blocking reads, publishes what was sampled and closes the producer. Bounded: about 20 s
   * with an unreachable broker.
   */
  @Override
  public void close() {
    if (api != null) {
      api.close();
    }
    if (watch != null) {
      watch.close();
    }
    boolean interrupted = false;
    try {
      streams.close();
    } catch (InterruptedException e) {
      interrupted = true;
    }
    liveSender.close();
    if (places != null) {
      places.close();
    }
    producer.close(interrupted ? Duration.ZERO : PRODUCER_CLOSE_TIMEOUT);
    hardware.close();
    if (process != null) {
      process.close();
    }
    if (start != null) {
      start.close();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
