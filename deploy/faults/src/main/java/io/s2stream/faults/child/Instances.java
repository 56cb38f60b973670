package io.s2stream.faults.child;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.s2stream.processor.ProcessorApp;
import org.jspecify.annotations.Nullable;

/**
 * The processors of this process. While toggled, a random one is started or closed every 0.2 to 1
 * s, each on a thread of its own. Thread-safe.
 */
final class Instances implements AutoCloseable {
  private static final int MIN_PAUSE_MS = 200;
  private static final int MAX_PAUSE_MS = 1_000;

  private final Callable<ProcessorApp> starter;
  private final Random random;
  private final List<AtomicReference<@Nullable ProcessorApp>> slots = new ArrayList<>();
  private final List<Thread> toggles = new ArrayList<>(); // guarded by this
  private final AtomicInteger flips = new AtomicInteger();
  private volatile boolean toggling;
  private volatile boolean closed;
  private volatile @Nullable String startFailure;

  Instances(int count, long seed, Callable<ProcessorApp> starter) {
    this.starter = starter;
    this.random = new Random(seed);
    for (int i = 0; i < count; i++) {
      slots.add(new AtomicReference<>());
    }
  }

  void startAll() throws Exception {
    for (AtomicReference<@Nullable ProcessorApp> slot : slots) {
      slot.set(starter.call());
    }
  }

  /** Begins to toggle. */
  synchronized void toggle() {
    toggling = true;
    Thread thread = new Thread(this::run, "toggler");
    thread.start();
    toggles.add(thread);
  }

  /** Ends toggling, starts all that are closed, and says so. */
  void settle() {
    toggling = false;
    List<Thread> running;
    synchronized (this) {
      running = List.copyOf(toggles);
    }
    try {
      for (Thread thread : running) {
        thread.join();
      }
      for (AtomicReference<@Nullable ProcessorApp> slot : slots) {
        if (slot.get() == null) {
          slot.set(starter.call());
        }
      }
      Commands.say("settled " + flips + " times");
    } catch (Exception e) {
      startFailure = "could not start again: " + e;
    }
  }

  private void run() {
    Thread[] busy = new Thread[slots.size()];
    try {
      while (toggling && !closed) {
        Thread.sleep(MIN_PAUSE_MS + random.nextInt(MAX_PAUSE_MS - MIN_PAUSE_MS));
        int i = random.nextInt(slots.size());
        if (busy[i] == null || !busy[i].isAlive()) {
          busy[i] = new Thread(() -> flip(slots.get(i)), "toggle-" + i);
          busy[i].start();
        }
      }
      for (Thread thread : busy) {
        if (thread != null) {
          thread.join();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void flip(AtomicReference<@Nullable ProcessorApp> slot) {
    ProcessorApp app = slot.getAndSet(null);
    if (app != null) {
      app.close();
    } else {
      try {
        slot.set(starter.call());
      } catch (Exception e) {
        startFailure = "could not start: " + e;
      }
    }
    flips.incrementAndGet();
  }

  /** Waits until a processor fails for good; returns why. */
  String awaitFailure() throws InterruptedException {
    while (true) {
      String failure = startFailure;
      for (AtomicReference<@Nullable ProcessorApp> slot : slots) {
        ProcessorApp app = slot.get();
        failure = failure == null && app != null ? app.failure() : failure;
      }
      if (failure != null) {
        return failure;
      }
      Thread.sleep(Duration.ofMillis(100).toMillis());
    }
  }

  @Override
  public void close() {
    closed = true;
    slots.parallelStream()
        .map(slot -> slot.getAndSet(null))
        .forEach(
            app -> {
              if (app != null) {
                app.close();
              }
            });
  }
}
