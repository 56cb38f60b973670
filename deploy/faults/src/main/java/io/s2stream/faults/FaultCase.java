package io.s2stream.faults;

import java.util.List;

import io.s2stream.processor.Guarantee;

/** One kind of trouble, and what has to be true after it. */
public interface FaultCase {

  /** Kebab-case, as in {@code --case}. */
  String name();

  /** What happens and what is expected, in one line. */
  String about();

  /** Under which guarantees the full form runs it. */
  default List<Guarantee> guarantees() {
    return List.of(Guarantee.EXACTLY_ONCE, Guarantee.AT_LEAST_ONCE);
  }

  /** Under which guarantees the quick form runs it: where time is short, the one more at risk. */
  default List<Guarantee> quickGuarantees() {
    return guarantees();
  }

  /** Whether it is left out of the quick form: it needs its full length to say anything. */
  default boolean onlyFull() {
    return false;
  }

  /**
   * Runs it once.
   *
   * @throws Exception when it could not be carried through; that counts as failed
   */
  Verdict run(CaseRun run) throws Exception;
}
