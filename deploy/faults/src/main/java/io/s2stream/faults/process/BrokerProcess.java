package io.s2stream.faults.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.s2stream.faults.child.BrokerMain;

/**
 * One Kafka node in a process of its own, which can be killed, stopped, frozen and started again.
 */
public final class BrokerProcess implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(90);
  private static final int HEAP_MEGABYTES = 384;

  private final String name;
  private final Path directory;
  private final List<String> arguments = new ArrayList<>();
  private final int port;
  private ChildProcess process;

  /**
   * Starts it; {@link #awaitReady} says when it serves.
   *
   * @param directory holds its storage and its log
   * @param port of its plain listener on the loopback address
   */
  BrokerProcess(
      String name, Path directory, String clusterId, int port, Map<String, String> properties)
      throws IOException {
    this.name = name;
    this.directory = directory;
    this.port = port;
    arguments.addAll(List.of(directory.resolve(name).toString(), clusterId, "" + port));
    properties.forEach((key, value) -> arguments.add(key + "=" + value));
    process = launch();
  }

  private ChildProcess launch() throws IOException {
    return ChildProcess.start(
        name, BrokerMain.class, HEAP_MEGABYTES, directory.resolve(name + ".log"), arguments);
  }

  void awaitReady() throws IOException, InterruptedException {
    process.await("ready", START_TIMEOUT);
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  public String name() {
    return name;
  }

  /** The process it runs in now. */
  public ChildProcess process() {
    return process;
  }

  /** Starts it again on its storage, after it was killed or stopped, and waits until it serves. */
  public void startAgain() throws IOException, InterruptedException {
    process = launch();
    awaitReady();
  }

  @Override
  public void close() {
    process.close();
  }
}
