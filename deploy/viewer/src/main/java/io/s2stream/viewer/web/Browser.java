package io.s2stream.viewer.web;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * One browser that is kept up to date with server-sent events. A browser that is slower than what
 * happens gets the newest of each kind and stream; nothing else waits for it. Thread-safe.
 */
final class Browser implements Callback {
  private final String name;
  private final Response response;
  private final Callback exchange;
  private final Runnable onEnd;
  private final Map<String, byte[]> pending = new LinkedHashMap<>(); // guarded by this
  private boolean writing; // guarded by this
  private boolean ended; // guarded by this
  private volatile Set<Integer> glances = Set.of();
  private volatile int focus = -1;

  /**
   * @param exchange completed when the browser is gone
   * @param onEnd run once, when the browser is gone
   */
  Browser(String name, Response response, Callback exchange, Runnable onEnd) {
    this.name = name;
    this.response = response;
    this.exchange = exchange;
    this.onEnd = onEnd;
  }

  String name() {
    return name;
  }

  Set<Integer> glances() {
    return glances;
  }

  /** Stream that is looked at alone; -1: none. */
  int focus() {
    return focus;
  }

  void looksAt(Set<Integer> streams, int alone) {
    glances = Set.copyOf(streams);
    focus = alone;
  }

  /**
   * Sends an event, in place of one with the same key that has not left yet.
   *
   * @param json in UTF-8, without line breaks
   */
  void post(String key, String event, byte[] json) {
    byte[] start = ("event: " + event + "\ndata: ").getBytes(StandardCharsets.UTF_8);
    ByteBuffer text = ByteBuffer.allocate(start.length + json.length + 2);
    text.put(start).put(json).put((byte) '\n').put((byte) '\n');
    synchronized (this) {
      pending.remove(key);
      pending.put(key, text.array());
    }
    send();
  }

  private void send() {
    ByteBuffer next;
    synchronized (this) {
      if (writing || ended || pending.isEmpty()) {
        return;
      }
      writing = true;
      next = ByteBuffer.allocate(pending.values().stream().mapToInt(text -> text.length).sum());
      pending.values().forEach(next::put);
      pending.clear();
    }
    response.write(false, next.flip(), this);
  }

  @Override
  public void succeeded() {
    synchronized (this) {
      writing = false;
    }
    send();
  }

  @Override
  public void failed(@Nullable Throwable reason) {
    end();
  }

  /** Ends the answer; the browser comes back by itself if it still runs. */
  void end() {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      pending.clear();
    }
    onEnd.run();
    exchange.succeeded();
  }
}
