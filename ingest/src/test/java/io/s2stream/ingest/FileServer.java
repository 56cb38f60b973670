package io.s2stream.ingest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A web server for the files of a folder, which breaks off where it is told to: what crosses the
 * place {@value #SHARE} of the way through a faulty file ends there, in an end of the connection or
 * in silence, until the file is healed. Files whose name begins with "silent" end in silence.
 */
final class FileServer implements AutoCloseable {

  private static final double SHARE = 0.8;

  private final Path folder;
  private final boolean ranges;
  private final ServerSocket socket;
  private final Set<String> faulty = ConcurrentHashMap.newKeySet();
  private final Map<String, Runnable> thenHealed = new ConcurrentHashMap<>();
  private final Set<String> inParts = ConcurrentHashMap.newKeySet();
  private final Set<String> withoutSize = ConcurrentHashMap.newKeySet();
  private final List<Long> starts = new CopyOnWriteArrayList<>();

  /**
   * @param port to listen on; 0: any
   * @param ranges whether it can begin in the middle of a file
   */
  FileServer(Path folder, int port, boolean ranges) throws IOException {
    this.folder = folder;
    this.ranges = ranges;
    this.socket = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "file-server");
    thread.setDaemon(true);
    thread.start();
  }

  String url(String name) {
    return "http://127.0.0.1:" + socket.getLocalPort() + "/" + name;
  }

  void breakOff(String name) {
    faulty.add(name);
  }

  /**
   * Breaks off the first time, and is whole from then on.
   *
   * @param then what else happens before the connection ends
   */
  void breakOnce(String name, Runnable then) {
    thenHealed.put(name, then);
    breakOff(name);
  }

  /** Breaks off as well, but gives the rest to whoever asks for it alone. */
  void breakInParts(String name) {
    inParts.add(name);
  }

  /** Says no more how large it is, as a proxy that passes on what comes. */
  void hideSize(String name) {
    withoutSize.add(name);
  }

  void heal(String name) {
    faulty.remove(name);
  }

  /** Returns the byte at which each answer began. */
  List<Long> starts() {
    return starts;
  }

  static long place(long size) {
    return (long) (size * SHARE);
  }

  private void accept() {
    while (true) {
      try {
        Socket connection = socket.accept();
        daemon(() -> answer(connection));
      } catch (IOException e) {
        return; // Closed.
      }
    }
  }

  private void answer(Socket connection) {
    try (connection;
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII))) {
      String request = in.readLine();
      if (request == null) {
        return; // Nothing was asked.
      }
      String name = request.split(" ")[1].substring(1);
      long start = 0;
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        String header = line.toLowerCase(Locale.ROOT);
        if (ranges && header.startsWith("range: bytes=")) {
          start = Long.parseLong(header.substring("range: bytes=".length()).split("-")[0]);
        }
      }
      OutputStream out = connection.getOutputStream();
      Path file = folder.resolve(name);
      if (!Files.exists(file)) {
        out.write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".getBytes());
        return;
      }
      send(name, Files.readAllBytes(file), (int) start, out);
      if (name.startsWith("silent") && in.read() >= 0) {
        throw new IOException("expected one request a connection");
      }
    } catch (IOException e) {
      // The reader went away.
    }
  }

  private void send(String name, byte[] bytes, int start, OutputStream out) throws IOException {
    starts.add((long) start);
    int place = (int) place(bytes.length);
    boolean breaks =
        faulty.contains(name) && start <= place || inParts.contains(name) && start < place;
    String head =
        ranges
            ? "HTTP/1.1 206 Partial Content\r\nAccept-Ranges: bytes\r\nContent-Range: bytes %d-%d/%d"
                .formatted(start, bytes.length - 1, bytes.length)
            : "HTTP/1.1 200 OK\r\nAccept-Ranges: none";
    if (!withoutSize.contains(name)) {
      head += "\r\nContent-Length: %d".formatted(bytes.length - start);
    }
    head += "\r\nConnection: close\r\n\r\n";
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.write(bytes, start, (breaks ? place : bytes.length) - start);
    out.flush();
    Runnable then = breaks ? thenHealed.remove(name) : null;
    if (then != null) {
      then.run();
      heal(name);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
