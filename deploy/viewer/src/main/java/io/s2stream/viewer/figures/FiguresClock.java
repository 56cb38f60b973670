package io.s2stream.viewer.figures;

import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import io.s2stream.config.KafkaSettings;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out how the system and each stream are doing, every two seconds. Owns a thread. */
public final class FiguresClock implements AutoCloseable {
  /** Time between two points of a chart. */
  public static final Duration PERIOD = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(FiguresClock.class);

  private final TopicEnds topics;
  private final ServiceMetrics services;
  private final SystemFigures system;
  private final DeadLetters deadLetters;
  private final Supplier<Map<String, StreamFigures>> streams;
  private final Runnable afterwards;
  private final String framesTopic;
  private final Thread thread;

  /**
   * @param group of the processor
   * @param streams by their ids
   * @param afterwards run each time the figures are new
   */
  public FiguresClock(
      KafkaSettings kafka,
      String framesTopic,
      String group,
      ServiceMetrics services,
      SystemFigures system,
      DeadLetters deadLetters,
      Supplier<Map<String, StreamFigures>> streams,
      Runnable afterwards) {
    this.topics = new TopicEnds(kafka, framesTopic, group);
    this.services = services;
    this.system = system;
    this.deadLetters = deadLetters;
    this.streams = streams;
    this.afterwards = afterwards;
    this.framesTopic = framesTopic;
    this.thread = new Thread(this::run, "s2-viewer-figures");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try (topics) {
      while (!Thread.currentThread().isInterrupted()) {
        try {
          tick();
        } catch (RuntimeException e) {
          LOG.warn("The figures could not be found out this time", e);
        }
        Thread.sleep(PERIOD.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // told to end
    }
  }

  private void tick() throws InterruptedException {
    Map<String, StreamFigures> all = streams.get();
    PrometheusText meters = services.ask();
    Set<TopicPartition> anew =
        system.update(
            topics.ends(),
            topics.committed(),
            meters,
            framesTopic,
            deadLetters.count(),
            all.size());
    all.values().forEach(stream -> stream.forgetFramesIn(anew));
    Iterator<Double> lags = system.waiting(all.values()).iterator();
    all.forEach((id, stream) -> stream.mark(lags.next(), meters.overrun(id)));
    afterwards.run();
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
