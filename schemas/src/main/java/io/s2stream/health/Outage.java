package io.s2stream.health;

import java.time.Duration;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log and the {@link Health} of one thing a service needs: says at once that it is lost, then
 * once a minute that it still is, and when it is back and after how long. Thread-safe.
 */
public final class Outage {
  private static final Logger LOG = LoggerFactory.getLogger(Outage.class);
  private static final Duration REPEAT = Duration.ofMinutes(1);

  private final String what;
  private final Health health;
  private final LongSupplier nanoClock;
  private @Nullable Long sinceNanos;
  private long loggedNanos;

  /**
   * @param what is needed, such as {@code Kafka}
   */
  public Outage(String what, Health health) {
    this(what, health, System::nanoTime);
  }

  Outage(String what, Health health, LongSupplier nanoClock) {
    this.what = what;
    this.health = health;
    this.nanoClock = nanoClock;
  }

  /** It can't be had at present. */
  public synchronized void lost(String why) {
    health.waitFor(what, why);
    long now = nanoClock.getAsLong();
    if (sinceNanos == null) {
      sinceNanos = now;
      log(now, "Waiting for {}: {}", why);
    } else if (now - loggedNanos >= REPEAT.toNanos()) {
      log(now, "Still waiting for {} after " + seconds(now - sinceNanos) + " s: {}", why);
    }
  }

  private void log(long now, String text, String why) {
    loggedNanos = now;
    LOG.warn(text, what, why);
  }

  /** It can be had, perhaps again. */
  public synchronized void over() {
    health.works(what);
    if (sinceNanos != null) {
      LOG.info("{} is there again after {} s", what, seconds(nanoClock.getAsLong() - sinceNanos));
      sinceNanos = null;
    }
  }

  private static long seconds(long nanos) {
    return Duration.ofNanos(nanos).toSeconds();
  }
}
