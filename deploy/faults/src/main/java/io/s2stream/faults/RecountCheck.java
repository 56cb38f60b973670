package io.s2stream.faults;

import java.util.ArrayList;
import java.util.List;

import io.s2stream.faults.frames.Recount;
import io.s2stream.processor.Guarantee;

/** What of a recount is not as the guarantee promises. */
final class RecountCheck {
  private RecountCheck() {}

  /**
   * Lines for people; none if all is well.
   *
   * @param maxDuplicated under at-least-once, as a part of all frames; 0 for no limit
   */
  static List<String> problems(Recount recount, Guarantee guarantee, double maxDuplicated) {
    List<String> problems = new ArrayList<>();
    if (recount.lost() > 0) {
      problems.add(recount.lost() + " frames lost");
    }
    if (recount.duplicated() > 0 && guarantee == Guarantee.EXACTLY_ONCE) {
      problems.add(recount.duplicated() + " frames came again under exactly-once");
    }
    if (maxDuplicated > 0 && recount.duplicated() > maxDuplicated * recount.frames()) {
      problems.add("more frames came again than allowed: " + recount.duplicated());
    }
    if (recount.disordered() > 0) {
      problems.add(recount.disordered() + " frames came before one that precedes them");
    }
    if (recount.wrong() > 0) {
      problems.add(recount.wrong() + " frames with features that are not theirs");
    }
    if (recount.deadLettered() > 0) {
      problems.add(recount.deadLettered() + " good messages in the dead-letter topic");
    }
    return problems;
  }
}
