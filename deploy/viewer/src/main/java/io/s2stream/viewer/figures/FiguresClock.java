package io.s2stream.viewer.figures;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

import io.s2stream.config.KafkaSettings;
import io.s2stream.viewer.subscribe.Place;
import org.jspecify.annotations.Nullable;
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
  private final Supplier<List<StreamFigures>> streams;
  private final Runnable afterwards;
  private final String framesTopic;
  private final String featuresTopic;
  private final Thread thread;

  /**
   * @param group of the processor
   * @param afterwards run each time the figures are new
   */
  public FiguresClock(
      KafkaSettings kafka,
      String framesTopic,
      String featuresTopic,
      String group,
      ServiceMetrics services,
      SystemFigures system,
      DeadLetters deadLetters,
      Supplier<List<StreamFigures>> streams,
      Runnable afterwards) {
    this.topics = new TopicEnds(kafka, List.of(framesTopic, featuresTopic), group);
    this.services = services;
    this.system = system;
    this.deadLetters = deadLetters;
    this.streams = streams;
    this.afterwards = afterwards;
    this.framesTopic = framesTopic;
    this.featuresTopic = featuresTopic;
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
    List<StreamFigures> all = streams.get();
    system.update(
        topics.ends(),
        topics.committed(),
        services.ask(),
        framesTopic,
        featuresTopic,
        deadLetters.count(),
        all.size());
    for (StreamFigures stream : all) {
      stream.mark(lag(stream));
    }
    afterwards.run();
  }

  private double lag(StreamFigures stream) {
    @Nullable Place place = stream.lastFrames();
    return place == null ? Double.NaN : system.behind(place.partition(), place.offset());
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
