package io.s2stream.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import io.s2stream.config.ConfigException;
import io.s2stream.config.InvalidSettingException;
import io.s2stream.ingest.place.PlaceException;

/**
 * What is to be read: the configuration's streams, as changed over HTTP since, this instance's
 * share of them. Each change is applied at once, or refused and leaves everything as it is.
 * Thread-safe.
 */
final class WantedStreams {

  // A file that is still being copied into a watched folder would end early.
  private static final Duration SETTLED = Duration.ofSeconds(5);

  private final RunningStreams running;
  private final ShardSettings shard;
  private final int ownIndex;
  private List<StreamSettings> configured = List.of();
  private final Map<String, Optional<StreamSettings>> changes = new LinkedHashMap<>();
  private List<StreamSettings> withoutFiles = List.of();

  /**
   * @throws InvalidSettingException if it isn't known which share is this instance's
   */
  WantedStreams(RunningStreams running, ShardSettings shard) {
    this.running = running;
    this.shard = shard;
    this.ownIndex = shard.ownIndex();
  }

  /** Takes the streams of the configuration, at the start or after it changed. */
  synchronized void configure(List<StreamSettings> streams, boolean starting)
      throws ConfigException, PlaceException, InterruptedException {
    List<StreamSettings> before = configured;
    configured = streams;
    try {
      apply(starting);
    } catch (ConfigException | PlaceException | RuntimeException e) {
      configured = before;
      throw e;
    }
  }

  /** Adds or replaces a stream until the next start; empty: removes it. */
  synchronized void change(String id, Optional<StreamSettings> stream)
      throws ConfigException, PlaceException, InterruptedException {
    Optional<StreamSettings> before = changes.get(id);
    changes.put(id, stream);
    try {
      apply(true);
    } catch (ConfigException | PlaceException | RuntimeException e) {
      if (before == null) {
        changes.remove(id);
      } else {
        changes.put(id, before);
      }
      throw e;
    }
  }

  /** Returns the entry of this id, if there is one. */
  synchronized Optional<StreamSettings> entry(String id) {
    return entries().stream().filter(entry -> entry.id().equals(id)).findFirst();
  }

  /** Returns the folders and globs in which there was no video file at the last look. */
  synchronized List<StreamSettings> withoutFiles() {
    return withoutFiles;
  }

  /** Returns the number of the instance that would read a stream. */
  int instanceOf(String id) {
    return shard.of(id);
  }

  boolean isOwn(String id) {
    return shard.of(id) == ownIndex;
  }

  private List<StreamSettings> entries() {
    Map<String, StreamSettings> byId = new LinkedHashMap<>();
    configured.forEach(entry -> byId.put(entry.id(), entry));
    changes.forEach(
        (id, entry) -> {
          if (entry.isPresent()) {
            byId.put(id, entry.get());
          } else {
            byId.remove(id);
          }
        });
    return List.copyOf(byId.values());
  }

  private void apply(boolean all) throws ConfigException, PlaceException, InterruptedException {
    List<StreamSource> sources;
    try {
      sources = FileExpansion.expand(entries());
    } catch (InvalidSettingException e) {
      throw new ConfigException("streams", e.problems());
    }
    Set<String> found = sources.stream().map(StreamSource::entry).collect(Collectors.toSet());
    withoutFiles = entries().stream().filter(entry -> !found.contains(entry.id())).toList();
    running.apply(
        sources.stream()
            .filter(source -> isOwn(source.id()))
            .filter(source -> all || running.has(source.id()) || isSettled(source))
            .toList());
  }

  private static boolean isSettled(StreamSource source) {
    try {
      return source.id().equals(source.entry())
          || Files.getLastModifiedTime(source.settings().source().localPath().orElseThrow())
              .toInstant()
              .isBefore(Instant.now().minus(SETTLED));
    } catch (IOException e) {
      return false; // Gone again; the next look will tell.
    }
  }
}
