package io.s2stream.ingest;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.config.ConfigException;
import io.s2stream.config.ConfigParser;
import io.s2stream.ingest.encode.FrameEncoder;
import io.s2stream.ingest.publish.BatchAssembler;
import io.s2stream.ingest.publish.ProducerSettings;
import io.s2stream.ingest.publish.StreamPublisher;
import io.s2stream.ingest.source.ReaderOptions;
import io.s2stream.schemas.topics.TopicException;
import io.s2stream.schemas.topics.TopicPreflight;
import io.s2stream.schemas.topics.TopicSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/**
 * The ingest service: one thread per stream, one producer for all. Wires everything by hand.
 *
 * <p>Thread-safe.
 */
public final class IngestApp implements AutoCloseable {

  private static final Duration PREFLIGHT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration PRODUCER_CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final Producer<String, Object> producer;
  private final List<RunningStream> streams = new ArrayList<>();

  private record RunningStream(StreamWorker worker, Thread thread) {}

  private IngestApp(Producer<String, Object> producer) {
    this.producer = producer;
  }

  /** Starts with meters that nobody reads; see the other overload. */
  public static IngestApp start(IngestConfig config) throws TopicException, InterruptedException {
    return start(config, new SimpleMeterRegistry());
  }

  /**
   * Checks the frames topic and starts every stream. Streams that can't be opened do not make this
   * fail: they show as FAILED.
   *
   * @param registry gets the meters of {@link IngestMetrics}
   * @throws TopicException if the broker can't be reached, or the topic is missing or too small
   * @throws KafkaException if the Kafka settings are refused by the client
   */
  public static IngestApp start(IngestConfig config, MeterRegistry registry)
      throws TopicException, InterruptedException {
    TopicSpec topic = config.framesTopicSpec();
    try (TopicPreflight preflight = TopicPreflight.connect(config.kafka(), PREFLIGHT_TIMEOUT)) {
      preflight.ensure(topic);
    }
    return start(
        config,
        registry,
        new KafkaProducer<>(
            ProducerSettings.of(
                config.kafka(), topic.neededMessageBytes(), config.maxInFlight().bytes())));
  }

  /** Starts every stream on a producer that the app closes. */
  static IngestApp start(
      IngestConfig config, MeterRegistry registry, Producer<String, Object> producer) {
    IngestApp app = new IngestApp(producer);
    IngestMetrics metrics = new IngestMetrics(registry);
    try {
      for (StreamSettings stream : config.streams()) {
        app.add(config, stream, metrics);
      }
      return app;
    } catch (RuntimeException e) {
      app.close();
      throw e;
    }
  }

  private void add(IngestConfig config, StreamSettings stream, IngestMetrics metrics) {
    StreamProgress progress = new StreamProgress(stream.id(), metrics.forStream(stream.id()));
    FrameEncoder encoder = config.encoding().encoder(config.frameSize());
    StreamWorker worker =
        new StreamWorker(
            stream.id(),
            stream.source(),
            readerOptions(config, stream),
            new BatchAssembler(stream.id(), config.framesPerRecord(), encoder),
            new StreamPublisher(producer, config.framesTopic(), progress),
            progress,
            new ReopenDelay(new Random()));
    Thread thread =
        new Thread(
            () -> {
              try (encoder) {
                worker.run();
              }
            },
            "ingest-" + stream.id());
    streams.add(new RunningStream(worker, thread));
    thread.start();
  }

  private static ReaderOptions readerOptions(IngestConfig config, StreamSettings stream) {
    Double fps = stream.fps();
    boolean local = stream.source().localPath().isPresent();
    return new ReaderOptions(
        config.frameSize(),
        fps == null ? config.sampling().fps() : fps,
        config.untaggedColour(),
        1,
        local ? Duration.ZERO : config.stallTimeout(),
        stream.libavOptions(),
        0);
  }

  /** Returns what every stream is doing now, in the order of the configuration. */
  public List<StreamStatus> streams() {
    return streams.stream().map(stream -> stream.worker().progress().status()).toList();
  }

  /**
   * Waits until every stream has finished or failed, which live streams never do by themselves.
   *
   * @return false if the time ran out first
   */
  public boolean awaitFinished(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    for (RunningStream stream : streams) {
      long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      stream.thread().join(Math.max(1, millis));
      if (stream.thread().isAlive()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Ends blocking reads, publishes what was sampled and closes the producer. Bounded: about 20 s
   * with an unreachable broker.
   */
  @Override
  public void close() {
    streams.forEach(stream -> stream.worker().stop());
    boolean interrupted = false;
    try {
      awaitFinished(STOP_TIMEOUT);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    producer.close(interrupted ? Duration.ZERO : PRODUCER_CLOSE_TIMEOUT);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Runs until every stream is done, or the process is told to stop. Exit code 0: all finished; 1:
   * a stream failed or the topic can't be used; 2: the configuration is wrong.
   */
  public static void main(String[] args) throws InterruptedException {
    System.exit(run(args));
  }

  private static int run(String[] args) throws InterruptedException {
    if (args.length != 1) {
      System.err.println("usage: IngestApp CONFIG.yaml");
      return 2;
    }
    try {
      IngestConfig config =
          ConfigParser.parse(Path.of(args[0]), IngestConfig.class, System.getenv());
      try (IngestApp app = start(config)) {
        Runtime.getRuntime().addShutdownHook(new Thread(app::close, "ingest-shutdown"));
        app.awaitFinished(Duration.ofDays(36_500));
        boolean failed =
            app.streams().stream().anyMatch(s -> s.state() == StreamStatus.State.FAILED);
        return failed ? 1 : 0;
      }
    } catch (ConfigException e) {
      System.err.println(e.getMessage());
      return 2;
    } catch (TopicException | KafkaException e) {
      System.err.println(e.getMessage());
      return 1;
    }
  }
}
