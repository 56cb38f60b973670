package io.s2stream.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

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
  void request() {
    requested.countDown();
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
