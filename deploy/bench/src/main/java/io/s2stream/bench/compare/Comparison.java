package io.s2stream.bench.compare;

import java.util.List;

/** Ours beside a peer or a limit. One object is run once. */
interface Comparison {

  /** What {@code --only} calls it. */
  String name();

  /** What is set beside what, in one line, for {@code --list}. */
  String about();

  /** Whether it is measured with the tower that the user may choose. */
  default boolean usesModel() {
    return false;
  }

  /**
   * Measures, with warm-up and in turn.
   *
   * @return one row per figure, at least one
   * @throws LeftOutException when something it needs is not there
   * @throws WrongOutputException when ours did not do the same work
   */
  List<Row> run(Workbench bench) throws Exception;
}
