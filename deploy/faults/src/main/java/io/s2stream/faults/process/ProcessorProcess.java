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
  private final List<String> arguments = new ArrayList<>();
  private ChildProcess process; // guarded by this
  private final List<ChildProcess> ended = new ArrayList<>(); // guarded by this
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
    // JSON is YAML.
    Path file =
        Files.write(
            directory.resolve(name + ".yaml"), new ObjectMapper().writeValueAsBytes(config));
    arguments.add(file.toString());
    arguments.addAll(options.arguments());
    this.process = launch();
  }

  private ChildProcess launch() throws IOException {
    ChildProcess started =
        ChildProcess.start(name, FaultyProcessorMain.class, HEAP_MEGABYTES, log, arguments);
    started.onExit(() -> onEnd(started));
    return started;
  }

  private synchronized void onEnd(ChildProcess which) {
    if (closed || which != process) {
      return;
    }
    restarts++;
    ended.add(which);
    if (isGivenUp()) {
      return;
    }
    try {
      process = launch();
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
    process = launch();
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
    process = launch();
  }

  /** The process it runs in now. */
  public synchronized ChildProcess process() {
    return process;
  }

  /** How often it ended by itself. */
  public synchronized int restarts() {
    return restarts;
  }

  /** Lines that start with this word: how often each was said by it and by those that ended. */
  public synchronized Map<String, Long> said(String word) {
    Map<String, Long> all = new TreeMap<>(process.said(word));
    ended.forEach(
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
