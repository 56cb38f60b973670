package io.s2stream.health;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/** Repeats a step of a service's start, with back-off, until what it needs is there. */
public final class Patience {
  private static final Duration FIRST_WAIT = Duration.ofMillis(500);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);

  private final @Nullable Long deadlineNanos;

  /** Something that fails with E for whatever reason. */
  @FunctionalInterface
  public interface Step<T, E extends Exception> {
    T run() throws E, InterruptedException;
  }

  /** Says whether a failed step may succeed later; null if not, otherwise what to say. */
  @FunctionalInterface
  public interface Judge<E extends Exception> {
    @Nullable String reasonToWait(E failure);
  }

  /**
   * @param timeout of all steps together, counted from now; null: without end
   */
  public Patience(@Nullable Duration timeout) {
    this.deadlineNanos = timeout == null ? null : System.nanoTime() + timeout.toNanos();
  }

  /**
   * Runs a step until it succeeds.
   *
   * @param outage of what the step needs; told about every failure, and when it is over
   * @param type of the failures the judge is asked about; others pass through
   * @throws E when the judge says that waiting does not help, or when the time is over
   */
  public <T, E extends Exception> T await(
      Outage outage, Class<E> type, Step<T, E> step, Judge<E> judge)
      throws E, InterruptedException {
    BackOff backOff = new BackOff(FIRST_WAIT, LONGEST_WAIT);
    while (true) {
      try {
        T result = step.run();
        outage.over();
        return result;
      } catch (Exception e) {
        if (!type.isInstance(e)) {
          throw e;
        }
        E failure = type.cast(e);
        String why = judge.reasonToWait(failure);
        Duration wait = backOff.next();
        if (why == null || isOver(wait)) {
          throw failure;
        }
        outage.lost(why);
        Thread.sleep(wait.toMillis());
      }
    }
  }

  private boolean isOver(Duration wait) {
    return deadlineNanos != null && System.nanoTime() + wait.toNanos() - deadlineNanos > 0;
  }
}
