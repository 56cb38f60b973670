package io.s2stream.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Collectors;

import io.s2stream.ingest.place.PlaceException;
import io.s2stream.ingest.place.StreamPlaces;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams that are read now. Each source that is no local file has a thread of its own; files
 * take turns on a fixed number of threads. Thread-safe; changes come one after the other.
 */
final class RunningStreams {

  private static final Logger LOG = LoggerFactory.getLogger(RunningStreams.class);
  private static final int AWAIT_MILLIS = 10;

  private final StreamFactory factory;
  private final IngestMetrics metrics;
  private final @Nullable StreamPlaces places;
  private final ExecutorService fileThreads;
  private final Duration stopTimeout;
  private final Object changes = new Object();
  private volatile Map<String, RunningStream> running = Map.of();
  private volatile Map<String, List<RunningStream>> byLabel = Map.of();

  /** By id. Changed under the lock of changes, as is what follows. */
  private Map<String, StreamSource> sources = Map.of();

  /** Readers that did not end in time, by id, whether their streams are wanted again or not. */
  private final Map<String, RunningStream> late = new ConcurrentHashMap<>();

  private boolean closed;

  /**
   * @param stopTimeout how long those that are told to end are waited for
   */
  RunningStreams(
      StreamFactory factory,
      IngestMetrics metrics,
      @Nullable StreamPlaces places,
      int filesAtOnce,
      Duration stopTimeout) {
    this.factory = factory;
    this.metrics = metrics;
    this.places = places;
    this.stopTimeout = stopTimeout;
    this.fileThreads = Executors.newFixedThreadPool(filesAtOnce, daemons("ingest-file-"));
  }

  // A source that ignores its interruption must not keep the process alive.
  private static ThreadFactory daemons(String prefix) {
    return task -> {
      Thread thread = new Thread(task, prefix);
      thread.setName(prefix + thread.getId());
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * Makes these the streams that are read: stops those that are gone, stops and starts again those
   * that changed, starts new ones, and leaves the rest alone. A stream whose reader does not end in
   * time starts again once it has, so that none ever has two.
   *
   * @throws PlaceException if the places of new streams can't be read; then nothing has changed
   * @throws InterruptedException in a shutdown alone: what was stopped by then stays so
   */
  void apply(List<StreamSource> wanted) throws PlaceException, InterruptedException {
    synchronized (changes) {
      if (closed) {
        return; // A change that was asked for just before.
      }
      Map<String, RunningStream> before = running;
      Map<String, StreamSource> byId = new LinkedHashMap<>();
      wanted.forEach(source -> byId.put(source.id(), source));
      if (before.values().stream().noneMatch(RunningStream::isStopped)
          && before.values().stream().map(RunningStream::source).toList().equals(wanted)) {
        return;
      }
      List<RunningStream> leaving =
          before.values().stream()
              .filter(stream -> !stream.isStopped())
              .filter(stream -> !stream.source().equals(byId.get(stream.source().id())))
              .toList();
      if (places != null) {
        places.find(newIds(byId.keySet(), before.keySet()));
      }
      stop(leaving, stopTimeout);
      leaving.stream().filter(stream -> !stream.hasEnded()).forEach(this::replaceWhenEnded);
      // First, so that those that come get the labels of those that are gone.
      metrics.keep(wanted.stream().map(StreamSource::entry).collect(Collectors.toSet()));
      List<RunningStream> fresh = new ArrayList<>();
      Map<String, RunningStream> after = new LinkedHashMap<>();
      for (StreamSource source : wanted) {
        RunningStream kept = late.getOrDefault(source.id(), before.get(source.id()));
        if (kept == null || kept.isStopped() && kept.hasEnded()) {
          kept = factory.make(source);
          fresh.add(kept);
        }
        after.put(source.id(), kept);
      }
      sources = byId;
      running = after;
      measure();
      fresh.forEach(this::start);
      if (!before.isEmpty() && !(leaving.isEmpty() && fresh.isEmpty())) {
        LOG.info("{} streams stopped, {} started", leaving.size(), fresh.size());
      }
    }
  }

  /** Until then the reader stands for its stream. */
  private void replaceWhenEnded(RunningStream reader) {
    late.put(reader.source().id(), reader);
    Thread thread =
        new Thread(
            () -> {
              try {
                reader.await();
                replace(reader);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (RuntimeException e) {
                LOG.atError()
                    .addKeyValue("stream", reader.source().id())
                    .setCause(e)
                    .log("could not be started again; change it once more, or restart ingest");
              }
            },
            "ingest-late-" + reader.source().id());
    thread.setDaemon(true);
    thread.start();
  }

  /** Starts the stream as it is wanted by now, if it is. */
  private void replace(RunningStream reader) {
    synchronized (changes) {
      String id = reader.source().id();
      try {
        StreamSource source = sources.get(id);
        if (closed || source == null || running.get(id) != reader) {
          return;
        }
        RunningStream fresh = factory.make(source);
        Map<String, RunningStream> after = new LinkedHashMap<>(running);
        after.put(id, fresh);
        running = after;
        measure();
        start(fresh);
      } finally {
        late.remove(id, reader);
      }
      LOG.atInfo().addKeyValue("stream", id).log("started again, as its earlier reader has ended");
    }
  }

  /** Registers gauges by the label of their entries, which several may share. */
  private void measure() {
    byLabel =
        running.values().stream()
            .collect(Collectors.groupingBy(stream -> metrics.label(stream.source().entry())));
    byLabel.forEach(
        (label, streams) -> {
          if (streams.stream().anyMatch(stream -> stream.source().isFile())) {
            metrics.progress(label, () -> progress(label));
          }
          if (streams.stream().anyMatch(stream -> !stream.source().isFile())) {
            metrics.lastFrameAge(label, () -> lastFrameAge(label));
          }
        });
  }

  /** The mean over the label's files, 0 to 1. */
  private double progress(String label) {
    return byLabel.getOrDefault(label, List.of()).stream()
        .mapToDouble(stream -> stream.status().progress())
        .filter(fraction -> !Double.isNaN(fraction))
        .average()
        .orElse(0);
  }

  /** The longest of the label's streams that are no files; NaN when none is read any more. */
  private double lastFrameAge(String label) {
    return byLabel.getOrDefault(label, List.of()).stream()
        .filter(stream -> !stream.source().isFile())
        .mapToDouble(RunningStream::secondsSinceLastFrame)
        .filter(seconds -> !Double.isNaN(seconds))
        .max()
        .orElse(Double.NaN);
  }

  private static List<String> newIds(Set<String> wanted, Set<String> before) {
    return wanted.stream().filter(id -> !before.contains(id)).toList();
  }

  private void start(RunningStream stream) {
    if (stream.source().isFile()) {
      fileThreads.execute(stream);
    } else {
      Thread thread = new Thread(stream, "ingest-" + stream.source().id());
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** Bounded by the time and one second. */
  private static void stop(Collection<RunningStream> streams, Duration timeout)
      throws InterruptedException {
    streams.forEach(RunningStream::stop);
    long deadline = System.nanoTime() + timeout.toNanos();
    List<RunningStream> late = new ArrayList<>();
    for (RunningStream stream : streams) {
      if (!stream.await(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
        late.add(stream);
        stream.interrupt();
      }
    }
    long last = System.nanoTime() + Duration.ofSeconds(1).toNanos();
    for (RunningStream stream : late) {
      LOG.atWarn()
          .addKeyValue("stream", stream.source().id())
          .log("did not end in time and was interrupted: is the broker away?");
      stream.await(Duration.ofNanos(Math.max(0, last - System.nanoTime())));
    }
  }

  boolean has(String id) {
    return running.containsKey(id);
  }

  /** Returns what every stream is doing now, in the order of the configuration. */
  List<StreamStatus> status() {
    return running.values().stream().map(RunningStream::status).toList();
  }

  /** Returns false if the time ran out before all were done, also those that start again. */
  boolean await(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    Map<String, RunningStream> waitedFor;
    do {
      waitedFor = running;
      for (RunningStream stream : waitedFor.values()) {
        if (!stream.await(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
          return false;
        }
      }
      if (waitedFor == running && waitedFor.keySet().stream().noneMatch(late::containsKey)) {
        return true;
      }
      Thread.sleep(AWAIT_MILLIS);
    } while (System.nanoTime() < deadline);
    return false;
  }

  /** Stops all and waits for them, for a bounded time. */
  void close() throws InterruptedException {
    try {
      synchronized (changes) {
        closed = true;
        running.values().forEach(RunningStream::stop);
        fileThreads.shutdown();
        stop(running.values(), stopTimeout);
      }
    } finally {
      fileThreads.shutdownNow();
    }
  }
}
