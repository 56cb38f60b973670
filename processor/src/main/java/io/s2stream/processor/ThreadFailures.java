package io.s2stream.processor;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;

import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a stream thread that failed; its uncommitted frames are read again. Gives up when
 * failures come too often: then the process is what is broken, and its supervisor should start a
 * new one. Thread-safe.
 */
final class ThreadFailures implements StreamsUncaughtExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ThreadFailures.class);

  static final int MAX_FAILURES = 5;
  static final Duration WINDOW = Duration.ofMinutes(5);

  /** One fault of the device fails all stream threads at once, and counts once. */
  static final Duration SAME_INCIDENT = Duration.ofSeconds(1);

  private final InstantSource clock;
  private final Deque<Instant> failures = new ArrayDeque<>();
  private @Nullable Throwable last;

  ThreadFailures(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public synchronized StreamThreadExceptionResponse handle(Throwable failure) {
    last = failure;
    Instant now = clock.instant();
    if (failures.isEmpty() || now.isAfter(failures.getLast().plus(SAME_INCIDENT))) {
      failures.addLast(now);
    }
    while (failures.getFirst().isBefore(now.minus(WINDOW))) {
      failures.removeFirst();
    }
    LOG.debug("A stream thread failed", failure);
    if (failures.size() > MAX_FAILURES) {
      LOG.error(
          "Processing failed more than {} times within {}, giving up: {}",
          MAX_FAILURES,
          WINDOW,
          describe(failure));
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    LOG.warn(
        "A stream thread failed and is replaced, its frames are read again: {}", describe(failure));
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  /** The latest failure in one line, or null if there was none. */
  synchronized @Nullable String lastFailure() {
    return last == null ? null : describe(last);
  }

  /**
   * The message of the innermost cause that has one: Kafka Streams wraps what happened several
   * times.
   */
  private static String describe(Throwable failure) {
    Throwable innermost = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null) {
        innermost = cause;
      }
    }
    return innermost.getClass().getSimpleName()
        + ": "
        + Objects.toString(innermost.getMessage(), "no message");
  }
}
