package io.s2stream.health;

import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * What a service can do at present: whether it has started, what it waits for, and whether it has
 * failed for good. Thread-safe; holds one line for each thing that may be waited for.
 */
public final class Health {
  private static final int MAX_WAITS = 16;
  private static final int MAX_CHARS = 1_000;

  private final Map<String, String> waits = new TreeMap<>();
  private boolean started;
  private @Nullable String failure;

  /** The service has come up for the first time. It may still wait for something. */
  public synchronized void started() {
    started = true;
  }

  /**
   * The service can't work until something else can.
   *
   * @param what for example {@code Kafka}; a handful of names
   * @param why what is known of the trouble, for people; without secrets
   */
  public synchronized void waitFor(String what, String why) {
    if (waits.size() < MAX_WAITS || waits.containsKey(what)) {
      waits.put(what, why.substring(0, Math.min(why.length(), MAX_CHARS)));
    }
  }

  /** What was waited for, if it was, has come. */
  public synchronized void works(String what) {
    waits.remove(what);
  }

  /** The service has given up; only a new process helps. */
  public synchronized void failed(String why) {
    failure = why;
  }

  /** False once the service has given up. */
  public synchronized boolean isLive() {
    return failure == null;
  }

  public synchronized boolean isStarted() {
    return started;
  }

  /** Whether the service can work now. */
  public synchronized boolean isReady() {
    return failure == null && started && waits.isEmpty();
  }

  /** In one line: {@code ready}, or all that stands in the way. */
  public synchronized String describe() {
    if (failure != null) {
      return "failed: " + failure;
    }
    if (!waits.isEmpty()) {
      StringBuilder text = new StringBuilder();
      waits.forEach(
          (what, why) ->
              text.append(text.isEmpty() ? "" : "; ")
                  .append("waiting for ")
                  .append(what)
                  .append(": ")
                  .append(why));
      return text.toString();
    }
    return started ? "ready" : "starting";
  }
}
