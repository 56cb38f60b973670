package io.s2stream.processor;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.s2stream.health.BackOff;
import io.s2stream.health.Health;
import io.s2stream.health.Outage;
import io.s2stream.schemas.registry.RegistryException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a stream thread that failed; its uncommitted frames are read again. Gives up when
 * failures come too often: then the process is what is broken, and its supervisor should start a
 * new one. Brokers and registries that can't be reached, or refuse, break no process: after such a
 * failure the thread waits, longer each time, and is then replaced, for ever. Thread-safe.
 */
final class ThreadFailures implements StreamsUncaughtExceptionHandler, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ThreadFailures.class);

  static final int MAX_FAILURES = 5;
  static final Duration WINDOW = Duration.ofMinutes(5);

  /** One fault of the device fails all stream threads at once, and counts once. */
  static final Duration SAME_INCIDENT = Duration.ofSeconds(1);

  /** The failed thread holds its partitions while it waits, and may hold a transaction open. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  /** So long without failure, the next one is a new outage. */
  private static final Duration CALM = Duration.ofMinutes(1);

  private final InstantSource clock;
  private final Outage kafka;
  private final BackOff backOff;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Deque<Instant> failures = new ArrayDeque<>();
  private Instant lastOutage = Instant.EPOCH;
  private @Nullable Throwable last;

  ThreadFailures(InstantSource clock, Health health) {
    this(clock, health, Duration.ofSeconds(1));
  }

  ThreadFailures(InstantSource clock, Health health, Duration firstWait) {
    this.clock = clock;
    this.kafka = new Outage("Kafka to take part in processing", health);
    this.backOff = new BackOff(firstWait, LONGEST_WAIT);
  }

  @Override
  public StreamThreadExceptionResponse handle(Throwable failure) {
    LOG.debug("A stream thread failed", failure);
    if (!isOfOthers(failure)) {
      return judge(failure);
    }
    Duration wait = waitAfter(failure);
    try {
      if (closed.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("Told to stop while waiting");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  /** Whether a broker or a registry is in trouble, not this process. */
  private static boolean isOfOthers(Throwable failure) {
    return causes(failure)
        .anyMatch(
            cause ->
                cause instanceof RegistryException
                    || cause instanceof RetriableException
                    || cause instanceof AuthenticationException
                    || cause instanceof AuthorizationException);
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(50);
  }

  private synchronized Duration waitAfter(Throwable failure) {
    last = failure;
    Instant now = clock.instant();
    if (now.isAfter(lastOutage.plus(CALM))) {
      backOff.reset();
    }
    lastOutage = now;
    if (causes(failure).noneMatch(RegistryException.class::isInstance)) {
      kafka.lost(describe(failure)); // the registry's outages are told where it is asked
    }
    return backOff.next();
  }

  /** Processing goes on, as far as Kafka is concerned. */
  void running() {
    kafka.over();
  }

  /** Ends all waiting. */
  @Override
  public void close() {
    closed.countDown();
  }

  private synchronized StreamThreadExceptionResponse judge(Throwable failure) {
    last = failure;
    Instant now = clock.instant();
    if (failures.isEmpty() || now.isAfter(failures.getLast().plus(SAME_INCIDENT))) {
      failures.addLast(now);
    }
    while (failures.getFirst().isBefore(now.minus(WINDOW))) {
      failures.removeFirst();
    }
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
