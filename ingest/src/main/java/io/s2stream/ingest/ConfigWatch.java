package io.s2stream.ingest;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.micrometer.core.instrument.Counter;
import io.s2stream.config.ConfigException;
import io.s2stream.config.ConfigParser;
import io.s2stream.ingest.place.PlaceException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration file again and again and applies changes of its streams. Reads it whole
 * instead of waiting for events: a ConfigMap changes by a swap of symbolic links two folders up,
 * the files that {@code ${file:…}} names change by themselves, and so do the folders of streams.
 * What can't be applied is logged and counted once, and everything stays as it is.
 */
final class ConfigWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ConfigWatch.class);

  private final Path file;
  private final Map<String, String> env;
  private final Duration every;
  private final WantedStreams streams;
  private final Counter refusals;
  private final Thread thread = new Thread(this::run, "ingest-config");
  private final IngestConfig current;
  private @Nullable String lastRefusal;

  /**
   * @param current what was read from the file at the start
   * @param refusals counts the edits that were not applied
   */
  ConfigWatch(
      Path file,
      Map<String, String> env,
      Duration every,
      IngestConfig current,
      WantedStreams streams,
      Counter refusals) {
    this.file = file;
    this.env = env;
    this.every = every;
    this.current = current;
    this.streams = streams;
    this.refusals = refusals;
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(every.toMillis());
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Closed.
    }
  }

  private void look() throws InterruptedException {
    try {
      IngestConfig now = ConfigParser.parse(file, IngestConfig.class, env);
      List<String> fixed = changedBesideStreams(current, now);
      if (fixed.isEmpty()) {
        streams.configure(now.streams(), false);
        lastRefusal = null;
      } else {
        refuse("only streams can change while it runs; start again to change " + fixed);
      }
    } catch (ConfigException | PlaceException | RuntimeException e) {
      refuse(String.valueOf(e.getMessage()));
    }
  }

  private void refuse(String why) {
    if (!why.equals(lastRefusal)) {
      lastRefusal = why;
      refusals.increment();
      LOG.error("the change of {} is refused and the streams stay as they are: {}", file, why);
    }
  }

  private static List<String> changedBesideStreams(IngestConfig before, IngestConfig after) {
    return Arrays.stream(IngestConfig.class.getRecordComponents())
        .filter(component -> !component.getName().equals("streams"))
        .filter(
            component -> {
              try {
                return !java.util.Objects.equals(
                    component.getAccessor().invoke(before), component.getAccessor().invoke(after));
              } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("can't read " + component, e);
              }
            })
        .map(component -> component.getName())
        .toList();
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
