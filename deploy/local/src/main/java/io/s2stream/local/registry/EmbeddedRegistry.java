package io.s2stream.local.registry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpServer;

/**
 * A schema registry that answers Confluent's REST calls on this machine's loopback address, and
 * knows neither users nor encryption.
 *
 * <p>Served: register, look up, schema by id and where it is used, subjects, versions, the question
 * whether a schema is compatible, and the compatibility level, global or per subject (BACKWARD by
 * default; incompatible schemas are refused with 409). Schemas are always compared as Avro writes
 * them out, so {@code normalize} changes nothing. Thread-safe.
 */
public final class EmbeddedRegistry implements AutoCloseable {
  private static final int THREADS = 4;

  private final HttpServer server;
  private final ExecutorService threads;

  private EmbeddedRegistry(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Starts a registry without any schemas on a free port.
   *
   * @throws IOException if the loopback address can't be bound
   */
  public static EmbeddedRegistry start() throws IOException {
    return start(0);
  }

  /**
   * As {@link #start()}, on this port of the loopback address.
   *
   * @throws IOException if it can't be bound
   */
  public static EmbeddedRegistry start(int port) throws IOException {
    return start(port, new SubjectStore());
  }

  /**
   * Starts a registry on a free port that keeps its schemas in a file; started again with it, it
   * has them all.
   *
   * @param journal made with the first change
   * @throws IOException if the file can't be read, or the loopback address can't be bound
   */
  public static EmbeddedRegistry start(Path journal) throws IOException {
    return start(0, SubjectStore.restore(new RegistryJournal(journal)));
  }

  private static EmbeddedRegistry start(int port, SubjectStore store) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    AtomicInteger number = new AtomicInteger();
    ExecutorService threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "embedded-registry-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    server.createContext("/", new RegistryHandler(new RegistryRoutes(store)));
    server.setExecutor(threads);
    server.start();
    return new EmbeddedRegistry(server, threads);
  }

  /** Value for {@code schema.registry.url}. */
  public String url() {
    InetSocketAddress address = server.getAddress();
    return "http://" + address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  /** Frees the port at once; requests under way are cut off. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
