package io.s2stream.viewer.web;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

import io.s2stream.viewer.moments.Audience;
import io.s2stream.viewer.moments.Moment;
import io.s2stream.viewer.moments.ShownStream;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** All browsers that are kept up to date. Thread-safe. */
public final class Browsers implements Audience {
  private final int max;
  private final Map<String, Browser> byName = new ConcurrentHashMap<>();
  private final AtomicLong changes = new AtomicLong();
  private volatile Map<Integer, Interest> interests = Map.of();
  private volatile @Nullable PageJson json;

  public Browsers(int max) {
    this.max = max;
  }

  /** Says how moments are told; comes before the first browser. */
  void speak(PageJson words) {
    json = words;
  }

  /** Keeps a browser up to date from now on; null if there are enough. */
  @Nullable Browser add(String name, Response response, Callback exchange) {
    Browser old = byName.get(name);
    if (old != null) {
      old.end(); // the same page, whose connection broke
    }
    if (byName.size() >= max) {
      return null;
    }
    Browser browser = new Browser(name, response, exchange, () -> remove(name));
    byName.put(name, browser);
    return browser;
  }

  private void remove(String name) {
    byName.remove(name);
    interestChanged();
  }

  /**
   * Notes what a browser looks at, and sends what is there already of what it didn't look at
   * before.
   *
   * @return false if there is no browser of this name
   */
  boolean looksAt(String name, Set<Integer> streams, int alone) {
    Browser browser = byName.get(name);
    if (browser == null) {
      return false;
    }
    Set<Integer> fresh = new HashSet<>(streams);
    fresh.add(alone);
    fresh.removeAll(browser.glances());
    fresh.remove(browser.focus());
    browser.looksAt(streams, alone);
    interestChanged();
    PageJson words = json;
    if (words != null) {
      words
          .newest(fresh, alone)
          .forEach((stream, text) -> browser.post("moment " + stream, "moment", text));
    }
    return true;
  }

  private synchronized void interestChanged() {
    Map<Integer, Interest> now = new ConcurrentHashMap<>();
    for (Browser browser : byName.values()) {
      browser.glances().forEach(stream -> now.putIfAbsent(stream, Interest.GLANCE));
    }
    for (Browser browser : byName.values()) {
      if (browser.focus() >= 0) {
        now.put(browser.focus(), Interest.FOCUS);
      }
    }
    if (!now.equals(interests)) {
      interests = now;
      changes.incrementAndGet();
    }
  }

  @Override
  public Interest interest(int stream) {
    return interests.getOrDefault(stream, Interest.NONE);
  }

  @Override
  public long changes() {
    return changes.get();
  }

  /**
   * Who looks at a stream alone fetches its frame as large as it is, and needs no small picture.
   */
  @Override
  public void show(ShownStream stream, Moment moment) {
    int handle = stream.handle();
    show(stream, moment, false, browser -> browser.focus() == handle);
    show(
        stream,
        moment,
        true,
        browser -> browser.focus() != handle && browser.glances().contains(handle));
  }

  private void show(
      ShownStream stream, Moment moment, boolean withPicture, Predicate<Browser> looks) {
    PageJson words = json;
    List<Browser> lookers = byName.values().stream().filter(looks).toList();
    if (!lookers.isEmpty() && words != null) {
      byte[] text = words.moment(stream, moment, withPicture);
      lookers.forEach(b -> b.post("moment " + stream.handle(), "moment", text));
    }
  }

  /** Sends an event to all. */
  void post(String event, byte[] text) {
    byName.values().forEach(browser -> browser.post(event, event, text));
  }

  boolean isEmpty() {
    return byName.isEmpty();
  }

  /** Ends all. */
  void close() {
    byName.values().forEach(Browser::end);
  }
}
