package io.s2stream.faults.child;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;

/** A commit that fails, if the plan's turn has come, in one of the ways in which commits do. */
final class FailingCommit {

  /** What commits; throws what Kafka's client does. */
  interface Commit<E extends Throwable> {
    void run() throws E;
  }

  private FailingCommit() {}

  static <E extends Throwable> void run(FaultPlan faults, Commit<E> commit) throws E {
    if (!faults.strikes(FaultPoint.COMMIT)) {
      commit.run();
      return;
    }
    int kind = faults.choose(3);
    if (kind == 0) {
      throw new KafkaException("put in before a commit");
    }
    if (kind == 1) {
      commit.run(); // The broker has it, its answer is lost.
    }
    throw new TimeoutException("put in at a commit");
  }
}
