package io.s2stream.processor.topology;

/**
 * The {@link OffsetLedger} of each stream thread. Thread-safe.
 *
 * <p>Kafka Streams initialises, closes and commits a task on its stream thread; what is tracked is
 * kept per thread, so that a partition that moves to another thread of the same process starts anew
 * there.
 */
final class ThreadLedgers {
  private final ThreadLocal<OffsetLedger> ledgers = ThreadLocal.withInitial(OffsetLedger::new);

  private volatile boolean inUse;

  OffsetLedger ofThisThread() {
    return ledgers.get();
  }

  /** Our clients are used, so the commits of every thread must go through its ledger. */
  void use() {
    inUse = true;
  }

  /**
   * @throws IllegalStateException when the thread's commits don't go through its ledger though our
   *     clients are used: they would pass frames under way, and a crash would lose them
   */
  void checkCommitsOfThisThread() {
    if (inUse && !ofThisThread().isAttached()) {
      throw new IllegalStateException(
          "Kafka Streams uses a consumer that does not keep its commits behind frames under way;"
              + " nothing is processed, since a crash would lose frames. Is this the Kafka Streams"
              + " version that the processor was made for?");
    }
  }
}
