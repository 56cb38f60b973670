package io.s2stream.ingest.source;

import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

import io.s2stream.ingest.source.SourceException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Runs a source on a thread of its own, a fixed number of results ahead of the thread that takes
 * them: in order, and after the last one the error that ended the source, if there was one.
 *
 * <p>Results are taken by one thread; {@link #close} is for whoever knows that this one is done.
 * The source belongs to the other thread from the first {@link #next} to the end of {@link #close}.
 */
final class ReadAhead<T> implements AutoCloseable {

  /** Gives results, then null. */
  interface Source<T> {
    @Nullable T next() throws SourceException, InterruptedException;
  }

  private final Source<T> source;
  private final InterruptGuard guard;
  private final BlockingQueue<Optional<T>> results;
  private final Thread thread;
  private volatile @Nullable Throwable error; // Written before the end is queued.
  private boolean started;
  private boolean ended;

  /**
   * @param guard tells whether the reader was cancelled, so that what is ready is not given either
   * @param count of results that wait at most, beside the one the source has in hand
   * @param name of the thread
   */
  ReadAhead(Source<T> source, InterruptGuard guard, int count, String name) {
    this.source = source;
    this.guard = guard;
    this.results = new ArrayBlockingQueue<>(count);
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  private void run() {
    try {
      try {
        for (T result = source.next(); result != null; result = source.next()) {
          results.put(Optional.of(result));
        }
      } catch (SourceException | RuntimeException | Error e) {
        error = e;
      }
      results.put(Optional.empty());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Closed. Nobody waits for more.
    }
  }

  /**
   * Returns the next result, or null at the end and ever after. Blocks until there is one.
   *
   * @throws SourceException if the source did, or reading was cancelled
   */
  @Nullable T next() throws SourceException {
    if (ended) {
      return null;
    }
    if (guard.cancelled()) {
      throw new SourceException(Reason.CANCELLED, "reading was cancelled");
    }
    if (!started) {
      thread.start();
      started = true;
    }
    Optional<T> result;
    try {
      result = results.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SourceException(Reason.CANCELLED, "waiting for the next frame was interrupted");
    }
    if (result.isEmpty()) {
      ended = true;
      throwError();
    }
    return result.orElse(null);
  }

  private void throwError() throws SourceException {
    Throwable thrown = error;
    if (thrown instanceof SourceException e) {
      throw e;
    } else if (thrown instanceof RuntimeException e) {
      throw e;
    } else if (thrown instanceof Error e) {
      throw e;
    }
  }

  /** Waits for the source to finish what it has in hand, so that nothing native outlives this. */
  @Override
  public void close() {
    ended = true;
    boolean interrupted = false;
    thread.interrupt();
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
