package io.s2stream.faults.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP link that can be cut and slowed down. While it is cut, nothing passes in either direction
 * and no connection is closed, as when a cable is out; what was on its way arrives when it is
 * mended. Thread-safe.
 */
public final class LinkProxy implements AutoCloseable {
  private static final int CHUNK_BYTES = 16 << 10;

  private final ServerSocket server;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private boolean cut; // guarded by this
  private Duration delay = Duration.ZERO; // guarded by this

  private LinkProxy(ServerSocket server, int target) {
    this.server = server;
    this.target = target;
  }

  /** Listens on a free loopback port and passes connections on to another one. */
  static LinkProxy to(int targetPort) throws IOException {
    LinkProxy proxy =
        new LinkProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), targetPort);
    proxy.start("link-accept", proxy::accept);
    return proxy;
  }

  int port() {
    return server.getLocalPort();
  }

  /** Lets nothing pass from now on. */
  public synchronized void cut() {
    cut = true;
  }

  /** Lets everything pass again, at full speed. */
  public synchronized void mend() {
    cut = false;
    delay = Duration.ZERO;
    notifyAll();
  }

  /** Holds every 16 KiB, or less, of each direction of a connection for this long. */
  public synchronized void slowDown(Duration delay) {
    this.delay = delay;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        sockets.add(client);
        start("link-connect", () -> connect(client));
      }
    } catch (IOException e) {
      return; // Closed.
    }
  }

  private void connect(Socket client) {
    try {
      passable();
      Socket broker = new Socket(InetAddress.getLoopbackAddress(), target);
      sockets.add(broker);
      client.setTcpNoDelay(true);
      broker.setTcpNoDelay(true);
      start("link-up", () -> pump(client, broker));
      start("link-down", () -> pump(broker, client));
    } catch (IOException e) {
      end(client);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] chunk = new byte[CHUNK_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        passable();
        out.write(chunk, 0, n);
      }
    } catch (IOException e) {
      // One side ended; the other does then.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end(from);
      end(to);
    }
  }

  private void passable() throws InterruptedException {
    Duration wait;
    synchronized (this) {
      while (cut) {
        wait();
      }
      wait = delay;
    }
    Thread.sleep(wait.toMillis());
  }

  private void end(Socket socket) {
    sockets.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      return; // It is of no use any more anyway.
    }
  }

  private void start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the link's port can't be freed", e);
    }
    mend();
    sockets.forEach(this::end);
  }
}
