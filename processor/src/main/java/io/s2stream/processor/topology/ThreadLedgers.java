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

  OffsetLedger ofThisThread() {
    return ledgers.get();
  }
}
