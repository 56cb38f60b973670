package io.s2stream.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Lets a command stop cleanly on Ctrl-C or SIGTERM and still choose the exit code.
 *
 * <p>A JVM that is told to stop would exit with 128 + signal as soon as its shutdown hooks return,
 * under the feet of the command. The hook here asks the command to stop, waits for it, and then
 * halts with the command's own code. Thread-safe.
 */
final class StopSignal {
  private static final Duration MAX_CLEAN_UP = Duration.ofSeconds(60);

  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile int exitCode = 1;
  private @Nullable Thread interruptible;

  /** Makes this signal answer the JVM's shutdown. Call once, before the command runs. */
  void install() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::onShutdown, "s2-stop"));
  }

  private void onShutdown() {
    boolean finishedBySelf = finished.getCount() == 0;
    request();
    if (finishedBySelf) {
      return; // A plain System.exit at the command's end.
    }
    try {
      if (!finished.await(MAX_CLEAN_UP.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println("s2: clean-up took longer than " + MAX_CLEAN_UP.toSeconds() + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(exitCode);
  }

  /** Asks the command to stop. */
  synchronized void request() {
    requested.countDown();
    if (interruptible != null) {
      interruptible.interrupt();
    }
  }

  /**
   * Runs work that may wait for long; a request to stop interrupts it.
   *
   * @return null if it was interrupted by a request
   */
  <T> @Nullable T interruptibly(Callable<T> work) throws Exception {
    synchronized (this) {
      if (isRequested()) {
        return null;
      }
      interruptible = Thread.currentThread();
    }
    try {
      return work.call();
    } catch (InterruptedException | InterruptException e) {
      if (isRequested()) {
        return null;
      }
      throw e;
    } finally {
      synchronized (this) {
        interruptible = null;
        if (isRequested()) {
          boolean unused = Thread.interrupted(); // what follows may block to clean up
        }
      }
    }
  }

  boolean isRequested() {
    return requested.getCount() == 0;
  }

  /** Waits that long for a request; returns whether there was one. */
  boolean await(Duration time) throws InterruptedException {
    return requested.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Notes that the command has cleaned up and what it returned. */
  void finished(int code) {
    exitCode = code;
    finished.countDown();
  }
}
