package io.s2stream.processor;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.s2stream.config.InvalidSettingException;
import io.s2stream.health.Health;
import io.s2stream.health.HealthServer;
import io.s2stream.health.Patience;
import io.s2stream.meters.BuildVersion;
import io.s2stream.processor.batch.FrameBatcher;
import io.s2stream.processor.extract.FeatureExtractor;
import io.s2stream.processor.extract.S2FeatureExtractor;
import io.s2stream.processor.memory.MemoryBudget;
import io.s2stream.processor.metrics.ForwardMetrics;
import io.s2stream.processor.metrics.ProcessorMetrics;
import io.s2stream.processor.metrics.StreamMeters;
import io.s2stream.processor.route.FeatureRoutes;
import io.s2stream.processor.route.TopicTemplate;
import io.s2stream.processor.s2.InvalidOptionsException;
import io.s2stream.processor.topology.ClientHook;
import io.s2stream.processor.tower.TowerLoadException;
import io.s2stream.schemas.topics.BrokerWatch;
import io.s2stream.schemas.topics.TopicException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processor service: everything wired by hand, started and closed as one. Thread-safe once
 * started.
 */
public final class ProcessorApp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessorApp.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

  private final List<FeatureExtractor> extractors;
  private final FrameBatcher batcher;
  private final ExecutorService decoders;
  private final KafkaStreams streams;
  private final FeatureRoutes routes;
  private final HealthServer front;
  private final BrokerWatch watch;
  private final ServiceMeters surroundings;
  private final ThreadFailures failures;
  private final Duration forwardTimeout;
  private final CountDownLatch terminated = new CountDownLatch(1);
  private final AtomicBoolean closed = new AtomicBoolean();

  private ProcessorApp(
      ProcessorConfig config,
      List<FeatureExtractor> extractors,
      ClientHook clients,
      ProcessorSerdes serdes,
      FeatureRoutes routes,
      int maxMessageBytes,
      MemoryBudget memory,
      MeterRegistry meters,
      HealthServer front) {
    ProcessorMetrics metrics = new ProcessorMetrics(meters);
    Health health = front.health();
    this.front = front;
    this.forwardTimeout = config.forwardTimeout();
    this.routes = routes;
    this.failures = new ThreadFailures(InstantSource.system(), health);
    this.extractors = extractors;
    // Ended again, last made first, when what follows fails: their threads would outlive the start.
    Deque<Runnable> made = new ArrayDeque<>();
    this.batcher =
        new FrameBatcher(
            extractors,
            config.tower().instancesBeside(extractors.size()).stream()
                .map(config.batch()::sharedBy)
                .toList(),
            metrics);
    made.push(batcher::close);
    this.decoders =
        Executors.newFixedThreadPool(config.decodeThreads(), task -> new Thread(task, "s2-decode"));
    made.push(decoders::shutdown);
    try {
      int usualMessageBytes = RecordSizes.of(1, extractors.get(0).nominalLayout()).features();
      this.streams =
          ProcessorParts.topology(
                  config,
                  ProcessorParts.pipeline(config, extractors.get(0), batcher, decoders, metrics),
                  serdes,
                  routes,
                  metrics,
                  new StreamMeters(meters, config.maxStreamLabels()),
                  maxMessageBytes,
                  memory)
              .streams(
                  StreamsProperties.of(config, usualMessageBytes, maxMessageBytes, memory),
                  clients);
      made.push(streams::close);
      this.surroundings =
          ServiceMeters.bind(
              meters,
              BuildVersion.current(),
              extractors.get(0).tower(),
              config.tower().usesGpu(),
              streams::metrics);
      made.push(surroundings::close);
      this.watch =
          BrokerWatch.start(
              config.kafka(),
              ProcessorParts.watched(
                  config, config.featuresTemplate(extractors.get(0).tower().name())),
              health);
    } catch (RuntimeException | Error e) {
      made.forEach(Runnable::run);
      throw e;
    }
    streams.setUncaughtExceptionHandler(failures);
    streams.setStateListener(
        (now, before) -> {
          if (now == KafkaStreams.State.RUNNING) {
            health.started();
            failures.running();
            LOG.info(
                "Ready: {} -> {} with tower {}",
                config.framesTopic(),
                config.featuresTopic(),
                extractors.get(0).tower().name());
          }
          if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
            terminated.countDown();
          }
          if (now == KafkaStreams.State.ERROR) {
            health.failed(Objects.toString(failures.lastFailure(), "unknown"));
          }
        });
  }

  /** Starts with meters of its own. See {@link #start(ProcessorConfig, MeterRegistry)}. */
  public static ProcessorApp start(ProcessorConfig config)
      throws TowerLoadException, TopicException, InterruptedException {
    return start(config, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
  }

  /**
   * Loads the tower, checks or creates the topics, and starts processing. Waits, with back-off, as
   * long as no broker or registry answers and {@code startup-timeout} allows; health is answered
   * meanwhile.
   *
   * @param meters the caller's; gets the meters of {@link ProcessorMetrics}, and is what {@code
   *     /metrics} shows if it is Prometheus'
   * @throws TowerLoadException when the model directory can't be used
   * @throws TopicException when no broker answers in time, or a topic is missing or too small
   * @throws io.s2stream.schemas.registry.RegistryUnavailableException when no registry answers in
   *     time
   * @throws InvalidSettingException when a setting can't work: refused by the registry or Kafka's
   *     clients, scales that don't fit the tower, or a port that is taken
   */
  public static ProcessorApp start(ProcessorConfig config, MeterRegistry meters)
      throws TowerLoadException, TopicException, InterruptedException {
    HealthServer front = front(config, meters);
    front.health().waitFor("the tower", "it is being loaded");
    List<FeatureExtractor> extractors;
    try {
      extractors =
          S2FeatureExtractor.loadAll(
              config.tower(),
              config.s2(),
              config.pool(),
              config.dtype().onTheWire(),
              device -> new ForwardMetrics(meters, device));
    } catch (InvalidOptionsException e) {
      front.close();
      throw new InvalidSettingException("s2", String.valueOf(e.getMessage()));
    } catch (TowerLoadException | RuntimeException | Error e) {
      front.close(); // Its thread would keep the process from ending.
      throw e;
    }
    front.health().works("the tower");
    return start(config, extractors, ClientHook.NONE, meters, front);
  }

  /**
   * As {@link #start(ProcessorConfig, MeterRegistry)}, with features from this extractor in place
   * of the configured tower.
   *
   * @param extractor taken over: closed with the app, and when it can't be started
   * @throws TopicException when no broker answers in time, or a topic is missing or too small
   */
  public static ProcessorApp start(
      ProcessorConfig config, FeatureExtractor extractor, MeterRegistry meters)
      throws TopicException, InterruptedException {
    return start(config, extractor, ClientHook.NONE, meters);
  }

  /**
   * As {@link #start(ProcessorConfig, FeatureExtractor, MeterRegistry)}, with a say in the clients
   * that Kafka Streams gets. For programs that test what this service does under faults.
   */
  public static ProcessorApp start(
      ProcessorConfig config, FeatureExtractor extractor, ClientHook clients, MeterRegistry meters)
      throws TopicException, InterruptedException {
    return start(config, List.of(extractor), clients, meters);
  }

  /**
   * As {@link #start(ProcessorConfig, FeatureExtractor, ClientHook, MeterRegistry)}, with several
   * that make the same features: each has a thread of its own.
   */
  public static ProcessorApp start(
      ProcessorConfig config,
      List<FeatureExtractor> extractors,
      ClientHook clients,
      MeterRegistry meters)
      throws TopicException, InterruptedException {
    return start(config, extractors, clients, meters, front(config, meters));
  }

  private static ProcessorApp start(
      ProcessorConfig config,
      List<FeatureExtractor> extractors,
      ClientHook clients,
      MeterRegistry meters,
      HealthServer front)
      throws TopicException, InterruptedException {
    ProcessorApp app;
    try {
      Patience patience = new Patience(config.startupTimeout());
      FeatureExtractor extractor = extractors.get(0); // All make the same features.
      TopicTemplate template = config.featuresTemplate(extractors.get(0).tower().name());
      ProcessorSerdes serdes = ProcessorSerdes.of(config, template, front.health(), patience);
      RecordSizes sizes = RecordSizes.of(config.maxFramesPerRecord(), extractor.nominalLayout());
      ProcessorTopics.Checked topics =
          ProcessorTopics.await(config, sizes, template, patience, front.health());
      MemoryBudget memory = ProcessorParts.memory(config, sizes, topics);
      FeatureRoutes routes = ProcessorParts.routes(config, sizes, template);
      app =
          new ProcessorApp(
              config,
              extractors,
              clients,
              serdes,
              routes,
              topics.largestSent(),
              memory,
              meters,
              front);
    } catch (TopicException | InterruptedException | RuntimeException | Error e) {
      extractors.forEach(FeatureExtractor::close);
      front.close();
      ClientRefusal.throwIfSetting(e);
      throw e;
    }
    try {
      app.streams.start();
      return app;
    } catch (RuntimeException | Error e) {
      app.close();
      throw e;
    }
  }

  private static HealthServer front(ProcessorConfig config, MeterRegistry meters) {
    return HealthServer.start(
        config.http(), () -> meters instanceof PrometheusMeterRegistry all ? all.scrape() : "");
  }

  /** What the processor can do now, and what it waits for. */
  public Health health() {
    return front.health();
  }

  /** Port of {@code /readyz} and the like; -1 without one. */
  public int httpPort() {
    return front.port();
  }

  /**
   * Waits until processing ended, by {@link #close()} or because it failed for good.
   *
   * @return whether it ended within the time
   */
  public boolean awaitTermination(Duration timeout) throws InterruptedException {
    return terminated.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits until processing ended, by {@link #close()} or because it failed for good. */
  public void awaitTermination() throws InterruptedException {
    terminated.await();
  }

  /** Why processing failed for good, in one line; null while it runs or after a clean end. */
  public @Nullable String failure() {
    return streams.state() == KafkaStreams.State.ERROR ? failures.lastFailure() : null;
  }

  /**
   * Stops: commits what is forwarded, leaves the group, waits for the running forward unless it
   * hangs, frees the tower. What was under way will be read again by whoever gets the partitions.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    failures.close();
    watch.close();
    // Without leaving, the partitions would stand still until the session times out.
    if (!streams.close(
        CloseOptions.timeout(CLOSE_TIMEOUT)
            .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP))) {
      LOG.warn(
          "Kafka Streams did not stop within {}; its frames will be read again", CLOSE_TIMEOUT);
    }
    routes.close();
    decoders.shutdown();
    // A forward may take forward-timeout; one that takes longer hangs, and would keep a process
    // that has given up from ending.
    if (batcher.closeWithin(forwardTimeout)) {
      extractors.forEach(FeatureExtractor::close);
    } else {
      LOG.error(
          "The device did not end its work within forward-timeout ({}); the tower is left open",
          forwardTimeout);
    }
    surroundings.close();
    front.close();
  }
}
