package io.s2stream.health;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.s2stream.config.InvalidSettingException;

/**
 * The JDK's HTTP server with limits: a request has 10 s to arrive and its answer 30 s to leave, a
 * fixed number is answered at a time, 16 wait, others are cut off. Thread-safe.
 */
public final class BoundedHttpServer implements AutoCloseable {
  private static final int WAITING = 16;

  private final HttpServer server;
  private final ThreadPoolExecutor threads;

  private BoundedHttpServer(HttpServer server, ThreadPoolExecutor threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Starts to answer.
   *
   * @param section of the configuration, named if the address can't be listened on
   * @param port 0: any free one
   * @param atOnce how many requests are answered at a time
   * @param handlers by the beginning of the path; each closes its exchange
   * @throws InvalidSettingException if the address can't be listened on
   */
  public static BoundedHttpServer start(
      String section, String host, int port, int atOnce, Map<String, HttpHandler> handlers) {
    // The JDK's server waits for ever for a slow request unless told otherwise, before the first
    // one of the process starts.
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    System.setProperty("sun.net.httpserver.maxRspTime", "30");
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(host, port), WAITING);
    } catch (IOException | RuntimeException e) {
      throw new InvalidSettingException(
          section, "can't listen on " + host + ":" + port + ": " + e.getMessage());
    }
    ThreadPoolExecutor threads = threads("s2-" + section, atOnce);
    handlers.forEach(server::createContext);
    server.setExecutor(threads);
    server.start();
    return new BoundedHttpServer(server, threads);
  }

  private static ThreadPoolExecutor threads(String name, int atOnce) {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            atOnce,
            atOnce,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /** The port that is listened on. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Frees the port; requests under way are cut off. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
