package io.s2stream.faults.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.s2stream.faults.child.RegistryMain;
import io.s2stream.local.EmbeddedBroker;

/** A schema registry in a process of its own, which can be killed and started again. */
public final class RegistryProcess implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final int HEAP_MEGABYTES = 64;

  private final int port;
  private final Path log;
  private final List<String> arguments;
  private ChildProcess process;

  private RegistryProcess(int port, Path log, List<String> arguments) throws IOException {
    this.port = port;
    this.log = log;
    this.arguments = arguments;
    this.process = launch();
  }

  /** Starts one and waits until it serves. */
  public static RegistryProcess start(Path directory, String framesTopic, String featuresTopic)
      throws IOException, InterruptedException {
    int port = EmbeddedBroker.freePort();
    RegistryProcess registry =
        new RegistryProcess(
            port,
            directory.resolve("registry.log"),
            List.of("" + port, framesTopic, featuresTopic));
    registry.process.await("ready", START_TIMEOUT);
    return registry;
  }

  private ChildProcess launch() throws IOException {
    return ChildProcess.start("registry", RegistryMain.class, HEAP_MEGABYTES, log, arguments);
  }

  /** Value for {@code schema.registry.url}. */
  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** SIGKILL. */
  public void kill() throws InterruptedException {
    process.kill();
  }

  /** Starts it again at its old address and waits until it serves. */
  public void startAgain() throws IOException, InterruptedException {
    process = launch();
    process.await("ready", START_TIMEOUT);
  }

  @Override
  public void close() {
    process.close();
  }
}
