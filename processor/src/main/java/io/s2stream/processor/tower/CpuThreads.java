package io.s2stream.processor.tower;

import java.util.BitSet;

/**
 * The CPU threads of tensor operations, shared by the forwards that run at the moment: one that
 * runs alone has all of them. Thread-safe. Static as libtorch's own setting is, which holds for the
 * process.
 *
 * <p>The threads of one operation wait for each other at its end, and a transformer has some
 * hundred operations a run. Whatever else a processor is busy with for a moment then holds up all
 * of them, so that as many forwards with one thread each get much more done than one with many.
 */
public final class CpuThreads {
  /** 0 until it is set: as libtorch likes. */
  private static volatile int all;

  /** The places of forwards that run; guarded by itself. */
  private static final BitSet RUNNING = new BitSet();

  private static final ThreadLocal<Integer> PLACE = ThreadLocal.withInitial(() -> 0);

  /** How many the calling thread's operations use, as far as it was told here. */
  private static final ThreadLocal<Integer> OF_THIS_THREAD = ThreadLocal.withInitial(() -> 0);

  private CpuThreads() {}

  /**
   * Sets how many there are, in the whole process.
   *
   * @param threads 1 or more
   */
  public static void set(int threads) {
    all = threads;
    OF_THIS_THREAD.set(threads);
    TorchSettings.setThreads(threads);
  }

  /** Runs a forward on the calling thread, which then has its share. */
  public static void during(Runnable forward) {
    int place;
    synchronized (RUNNING) {
      place = RUNNING.nextClearBit(0);
      RUNNING.set(place);
    }
    PLACE.set(place);
    try {
      forward.run();
    } finally {
      synchronized (RUNNING) {
        RUNNING.clear(place);
      }
    }
  }

  /** Gives the calling thread its share of now; cheap if it has it. */
  static void share() {
    int share = shareOfNow();
    if (OF_THIS_THREAD.get() != share) {
      OF_THIS_THREAD.set(share);
      TorchSettings.setThreads(share);
    }
  }

  /** The first of those that run have what is left over by equal shares. */
  private static int shareOfNow() {
    int threads = all;
    synchronized (RUNNING) {
      int running = Math.max(1, RUNNING.cardinality());
      int before = RUNNING.get(0, PLACE.get()).cardinality();
      int more = before < threads % running ? 1 : 0;
      return threads == 0 ? 0 : Math.max(1, threads / running + more);
    }
  }
}
