package io.s2stream.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.s2stream.ingest.encode.FrameEncoder;
import io.s2stream.ingest.publish.BatchAssembler;
import io.s2stream.ingest.publish.LiveQueue;
import io.s2stream.ingest.publish.LiveSender;
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
  private final LiveSender liveSender;
  private final List<RunningStream> streams = new ArrayList<>();

  private record RunningStream(StreamWorker worker, LiveQueue queue, Thread thread) {}

  private IngestApp(Producer<String, Object> producer, String topic) {
    this.producer = producer;
    this.liveSender = new LiveSender(producer, topic);
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
    IngestApp app = new IngestApp(producer, config.framesTopic());
    IngestMetrics metrics = new IngestMetrics(registry);
    try {
      for (StreamSettings stream : config.streams()) {
        app.add(config, stream, metrics);
      }
      return app;
    } catch (RuntimeException | Error e) {
      try {
        app.close();
      } catch (RuntimeException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  private void add(IngestConfig config, StreamSettings stream, IngestMetrics metrics) {
    StreamProgress progress = new StreamProgress(stream.id(), metrics.forStream(stream.id()));
    FrameEncoder encoder = config.encoding().encoder(config.frameSize());
    try {
      RunningStream running = prepare(config, stream, progress, encoder);
      running.thread().start();
      streams.add(running);
    } catch (RuntimeException | Error e) {
      encoder.close();
      throw e;
    }
  }

  /** The thread closes the encoder, once it was started. */
  private RunningStream prepare(
      IngestConfig config, StreamSettings stream, StreamProgress progress, FrameEncoder encoder) {
    LiveQueue queue =
        new LiveQueue(
            stream.id(),
            Math.max(1, config.maxWaitingFrames() / config.framesPerRecord()),
            liveSender,
            progress);
    StreamWorker worker =
        new StreamWorker(
            stream.id(),
            stream.source(),
            readerOptions(config, stream),
            new BatchAssembler(stream.id(), config.framesPerRecord(), encoder),
            new StreamPublisher(producer, config.framesTopic(), progress),
            queue,
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
    // A source that ignores its interruption must not keep the process alive.
    thread.setDaemon(true);
    return new RunningStream(worker, queue, thread);
  }

  private static ReaderOptions readerOptions(IngestConfig config, StreamSettings stream) {
    SamplingSettings own = stream.sampling();
    boolean local = stream.source().localPath().isPresent();
    return ReaderOptions.of(config.frameSize(), (own == null ? config.sampling() : own).sampling())
        .withUntaggedColour(config.untaggedColour())
        .withLive(stream.live())
        .withStallTimeout(local ? Duration.ZERO : config.stallTimeout())
        .withLibavOptions(stream.libavOptions());
  }

  /** Returns what every stream is doing now, in the order of the configuration. */
  public List<StreamStatus> streams() {
    return streams.stream().map(stream -> stream.worker().progress().status()).toList();
  }

  /**
   * Waits until every stream has finished, failed or was stopped; live streams finish never and
   * fail only when an option is unknown.
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
    liveSender.close();
    streams.forEach(stream -> stream.queue().close());
    producer.close(interrupted ? Duration.ZERO : PRODUCER_CLOSE_TIMEOUT);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
