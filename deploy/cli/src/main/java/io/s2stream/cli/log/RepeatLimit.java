package io.s2stream.cli.log;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import org.slf4j.event.KeyValuePair;

/**
 * Lets only so many log events of one kind pass in a minute, so that thousands of cameras that go
 * at once, or a library that repeats itself, don't fill the disk. The next that passes has the key
 * {@value #LEFT_OUT} with the number of those before it that didn't.
 *
 * <p>Of one kind are events of one logger and level with the same text before its arguments are put
 * in. Thread-safe.
 */
public final class RepeatLimit extends Filter<ILoggingEvent> {
  /** Key of an event that follows others of its kind that were left out: how many. */
  public static final String LEFT_OUT = "left-out";

  /** Kinds that are remembered; the one longest unseen is forgotten for another. */
  private static final int MAX_KINDS = 1_000;

  private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final LongSupplier nanoTime;
  private final Map<String, Kind> kinds =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kind> eldest) {
          return size() > MAX_KINDS;
        }
      };
  private int perMinute = 60;

  private static final class Kind {
    private long windowStart;
    private int passed;
    private int leftOut;
  }

  /** For logback, which makes it. */
  public RepeatLimit() {
    this(System::nanoTime);
  }

  RepeatLimit(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Events of one kind that pass in a minute; 0: all. */
  public void setPerMinute(int perMinute) {
    this.perMinute = perMinute;
  }

  @Override
  public FilterReply decide(ILoggingEvent event) {
    if (perMinute <= 0) {
      return FilterReply.NEUTRAL;
    }
    String name = event.getLoggerName() + ' ' + event.getLevel() + ' ' + event.getMessage();
    int leftOut;
    synchronized (kinds) {
      long now = nanoTime.getAsLong();
      Kind kind = kinds.computeIfAbsent(name, any -> new Kind());
      if (kind.passed == 0 || now - kind.windowStart >= WINDOW_NANOS) {
        kind.windowStart = now;
        kind.passed = 0;
      }
      if (kind.passed >= perMinute) {
        kind.leftOut++;
        return FilterReply.DENY;
      }
      kind.passed++;
      leftOut = kind.leftOut;
      kind.leftOut = 0;
    }
    if (leftOut > 0 && event instanceof LoggingEvent open) {
      KeyValuePair pair = new KeyValuePair(LEFT_OUT, leftOut);
      if (open.getKeyValuePairs() == null) {
        open.setKeyValuePairs(List.of(pair));
      } else {
        open.addKeyValuePair(pair);
      }
    }
    return FilterReply.NEUTRAL;
  }
}
