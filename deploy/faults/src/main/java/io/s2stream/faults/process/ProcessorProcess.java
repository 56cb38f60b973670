package io.s2stream.faults.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.s2stream.faults.child.ChildOptions;
import io.s2stream.faults.child.FaultyProcessorMain;

/**
 * A processor in a process of its own, started again when it ends by itself, as a supervisor would.
 * Thread-safe.
 */
public final class ProcessorProcess implements AutoCloseable {
  private static final int HEAP_MEGABYTES = 256;
  private static final int MAX_RESTARTS = 30;

  private final String name;
  private final Path log;
  private final Path file;
  private final ChildOptions options;
  private ChildProcess process; // guarded by this
  private final List<ChildProcess> started = new ArrayList<>(); // guarded by this
  private int restarts; // guarded by this
  private boolean closed; // guarded by this

  /**
   * Starts it, and does not wait.
   *
   * @param directory gets its configuration and its log
   * @param config the processor's configuration, as its YAML file would be
   */
  public ProcessorProcess(
      String name, Path directory, Map<String, Object> config, ChildOptions options)
      throws IOException {
    this.name = name;
    this.log = directory.resolve(name + ".log");
    this.options = options;
    // JSON is YAML.
    this.file =
        Files.write(
            directory.resolve(name + ".yaml"), new ObjectMapper().writeValueAsBytes(config));
    this.process = launch(options);
  }

  private ChildProcess launch(ChildOptions options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(file.toString()));
    arguments.addAll(options.arguments());
    ChildProcess child =
        ChildProcess.start(name, FaultyProcessorMain.class, HEAP_MEGABYTES, log, arguments);
    started.add(child);
    child.onExit(() -> onEnd(child));
    return child;
  }

  private synchronized void onEnd(ChildProcess which) {
    if (closed || which != process) {
      return;
    }
    restarts++;
    if (isGivenUp()) {
      return;
    }
    try {
      // Else each would fail as often as made the one before end.
      process = launch(options.withoutFaults(said("fault ")));
    } catch (IOException e) {
      throw new UncheckedIOException("the processor can't be started again", e);
    }
  }

  /** Waits until it has started; it may not have any partitions yet. */
  public void awaitStarted(Duration timeout) throws IOException, InterruptedException {
    process().await("started", timeout);
  }

  /** SIGKILL, and a new one at once. */
  public synchronized void killAndStartAgain() throws IOException, InterruptedException {
    ChildProcess old = process;
    // Before the kill: so its end is none that it met by itself.
    process = launch(options);
    old.kill();
  }

  /** SIGKILL, and none in its place until {@link #startAgain}. */
  public void kill() throws InterruptedException {
    ChildProcess old;
    synchronized (this) {
      closed = true;
      old = process;
    }
    old.kill();
  }

  /** After {@link #kill}. */
  public synchronized void startAgain() throws IOException {
    closed = false;
    process = launch(options);
  }

  /** The process it runs in now. */
  public synchronized ChildProcess process() {
    return process;
  }

  /** How often it ended by itself. */
  public synchronized int restarts() {
    return restarts;
  }

  /** Lines that start with this word: how often each was said, by all its processes together. */
  public synchronized Map<String, Long> said(String word) {
    Map<String, Long> all = new TreeMap<>();
    started.forEach(
        each -> each.said(word).forEach((line, times) -> all.merge(line, times, Long::sum)));
    return all;
  }

  /** Whether it ended by itself so often that it is not started any more. */
  public synchronized boolean isGivenUp() {
    return restarts > MAX_RESTARTS;
  }

  /** Its log, of all its processes one after another. */
  public Path log() {
    return log;
  }

  @Override
  public void close() {
    ChildProcess last;
    synchronized (this) {
      closed = true;
      last = process;
    }
    last.close();
  }
}
