package io.s2stream.processor.tower;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The CPU threads of tensor operations, shared by the forwards that run at the moment: one that
 * runs alone has all of them. Thread-safe.
 *
 * <p>The threads of one operation wait for each other at its end, and a transformer has some
 * hundred operations a run. Whatever else a processor is busy with for a moment then holds up all
 * of them, so that as many forwards with one thread each get much more done than one with many.
 */
public final class CpuThreads {
  /** 0 until it is set: as libtorch likes. */
  private static final AtomicInteger ALL = new AtomicInteger();

  private static final AtomicInteger RUNNING = new AtomicInteger();

  /** How many the calling thread's operations use, as far as it was told here. */
  private static final ThreadLocal<Integer> OF_THIS_THREAD = ThreadLocal.withInitial(() -> 0);

  private CpuThreads() {}

  /**
   * Sets how many there are, in the whole process.
   *
   * @param threads 1 or more
   */
  public static void set(int threads) {
    ALL.set(threads);
    OF_THIS_THREAD.set(threads);
    TorchSettings.setThreads(threads);
  }

  /** Runs a forward on the calling thread, which then has its share. */
  public static void during(Runnable forward) {
    RUNNING.incrementAndGet();
    try {
      forward.run();
    } finally {
      RUNNING.decrementAndGet();
    }
  }

  /** Gives the calling thread its share of now; cheap if it has it. */
  static void share() {
    int all = ALL.get();
    int share = all == 0 ? 0 : Math.max(1, all / Math.max(1, RUNNING.get()));
    if (OF_THIS_THREAD.get() != share) {
      OF_THIS_THREAD.set(share);
      TorchSettings.setThreads(share);
    }
  }
}
